const { availableParallelism } = require('node:os');

/** Specs run on the sources through swc; end-to-end suites start the built service. */
const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true, tsx: false },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
};

module.exports = {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        ...['<rootDir>/src/**/*.spec.ts', '<rootDir>/web/src/**/*.spec.ts'],
        ...['<rootDir>/test/chaos/**/*.spec.ts', '<rootDir>/scripts/**/*.spec.ts'],
      ],
    },
    { ...common, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.spec.ts'] },
    { ...common, displayName: 'contract', testMatch: ['<rootDir>/test/contract/**/*.spec.ts'] },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
  ],
  // By default one less than the processors: on two of them one, which waits for half of the time.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/slowest-files-reporter.cjs'],
};
