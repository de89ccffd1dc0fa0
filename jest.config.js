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

/** Sound held to milliseconds of true time, by agents and sinks that are processes: nothing else may run beside them. */
const timed = '/devices/loudspeaker/(loudspeaker|managed|mixer|wires)\\.spec\\.ts$';

/** Stories that hold nothing to a time but patience: they run beside each other and beside the unit tests. */
const beside = '/test/stories/(console|first-run|kills|lost-server|no-database|rights)\\.spec\\.ts$';

/** Five suites: `unit` stands beside the file it tests, and `timed` is what of it has the machine for itself;
 *  `contracts` runs one suite on every body of a port; `stories` drives the built service, agents and console as
 *  processes (for `npm test` parted into `beside` and `alone`); `faults` kills them, with full figures. */
export default {
  // Hooks that start a database or a village take their time on a small machine.
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,devices}/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', timed],
    },
    { ...common, displayName: 'timed', testRegex: timed },
    { ...common, displayName: 'contracts', testMatch: ['<rootDir>/test/contracts/**/*.spec.ts'] },
    { ...common, displayName: 'stories', testMatch: ['<rootDir>/test/stories/**/*.spec.ts'] },
    { ...common, displayName: 'beside', testRegex: beside },
    {
      ...common,
      displayName: 'alone',
      testMatch: ['<rootDir>/test/stories/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', beside],
    },
    { ...common, displayName: 'faults', testMatch: ['<rootDir>/test/faults/**/*.spec.ts'] },
  ],
};
