/** The suites of this project open PostgreSQL. */
process.env.TEST_DATABASE = 'postgres';
