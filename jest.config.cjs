const { existsSync } = require('node:fs');
const { availableParallelism } = require('node:os');
const { matchOf } = require('./test/groups/suites.cjs');

/** A whole run: several suites in a file. Without it each suite is a file, and can be named. */
const isGrouped = process.env.TEST_GROUPED === 'true';

/** Where the suites that have failed are to be written, see `scripts/test.mjs`. */
const failedSuites = process.env.TEST_FAILED_SUITES;

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

const hasPostgres = process.env.TEST_DATABASE_URL !== undefined || existsSync('/usr/lib/postgresql');
if (!hasPostgres) {
  console.warn(
    'There is no PostgreSQL: nothing is tested on it. Install it (Debian: postgresql), or set TEST_DATABASE_URL.',
  );
}

/** One PostgreSQL for the run, with a database for each suite. */
const withPostgres = {
  globalSetup: '<rootDir>/test/support/postgres-setup.ts',
  globalTeardown: '<rootDir>/test/support/postgres-teardown.ts',
};
const onPostgres = { ...common, ...withPostgres, setupFiles: ['<rootDir>/test/support/use-postgres.cjs'] };
const database = hasPostgres ? withPostgres : {};

/** What is run on PostgreSQL, too; everything is by TEST_DATABASE=postgres. */
const postgresProjects = [
  {
    ...onPostgres,
    displayName: 'integration-postgres',
    testMatch: matchOf('postgres', isGrouped),
  },
  {
    ...onPostgres,
    displayName: 'e2e-postgres',
    testMatch: ['<rootDir>/test/e2e/{service-killed,message-answered,approvals,repeated-message}.spec.ts'],
  },
];
const isAllOnPostgres = process.env.TEST_DATABASE === 'postgres';

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
    {
      ...common,
      ...(isAllOnPostgres && database),
      displayName: 'integration',
      testMatch: matchOf('integration', isGrouped),
    },
    {
      ...common,
      ...database,
      displayName: 'contract',
      testMatch: [
        '<rootDir>/test/contract/{backend-switches,database,storage}/**/*.spec.ts',
        ...matchOf('contract', isGrouped),
      ],
    },
    { ...common, ...database, displayName: 'e2e', testMatch: matchOf('e2e', isGrouped) },
    ...(hasPostgres && !isAllOnPostgres ? postgresProjects : []),
  ],
  // By default one less than the processors: on two of them one, which waits for half of the time.
  // Suites wait for half of their time: for programs, models and deadlines.
  maxWorkers: Math.max(3, availableParallelism() - 1),
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  testTimeout: 240_000,
  reporters: [
    'default',
    '<rootDir>/test/support/slowest-files-reporter.cjs',
    ...(failedSuites ? [['<rootDir>/test/support/failed-suites-reporter.cjs', { file: failedSuites }]] : []),
  ],
};
