const common = {
  transform: {
    '^.+\\.tsx?$': [
      '<rootDir>/test/swc-for-jest.mjs',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

/** Four suites: `unit` stands beside the file it tests; `contracts` runs one suite on every body of a port;
 *  `stories` drives the built service, agents and console as processes; `faults` kills them, with full figures. */
export default {
  // Hooks that start a database or a village take their time on a small machine.
  testTimeout: 60_000,
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/{src,devices}/**/*.spec.ts'] },
    { ...common, displayName: 'contracts', testMatch: ['<rootDir>/test/contracts/**/*.spec.ts'] },
    { ...common, displayName: 'stories', testMatch: ['<rootDir>/test/stories/**/*.spec.ts'] },
    { ...common, displayName: 'faults', testMatch: ['<rootDir>/test/faults/**/*.spec.ts'] },
  ],
};
