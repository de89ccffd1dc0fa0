import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'data/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Nest modules are classes that hold nothing.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Option classes of TypeORM and Nest are meant to be written as literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A handler that returns nothing is often written as a short arrow.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    // What is drawn is drawn from one seed.
    files: ['**/*.ts'],
    ignores: ['test/property.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: 'fast-check', message: 'fc is in test/property.ts', allowTypeImports: true }] },
      ],
    },
  },
  {
    // TypeORM declares a class of options where it means their shape.
    files: ['**/*.table.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  { files: ['web/src/**/*.tsx', 'web/src/**/*.ts'], extends: [reactHooks.configs.flat.recommended] },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: { globals: { module: 'writable', process: 'readonly', console: 'readonly' } },
  },
);
