const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname, relative } = require('node:path');

/**
 * Writes which suites of a run have failed, for `scripts/test.mjs`: `[{ project, suite, tests }]`, with a suite's path from the
 * repository's root. A suite in a group is named by itself; of a file that could not be run, the file is named.
 */
module.exports = class FailedSuitesReporter {
  constructor(_globalConfig, { file }) {
    this.file = file;
  }

  onRunComplete(_contexts, { testResults }) {
    const failed = new Map();
    const add = (project, suite, test) => {
      const key = `${project} ${suite}`;
      if (!failed.has(key)) failed.set(key, { project, suite, tests: [] });
      failed.get(key).tests.push(test);
    };
    for (const { testFilePath, displayName, testResults: tests, failureMessage } of testResults) {
      const file = relative(process.cwd(), testFilePath);
      const broken = tests.filter(({ status }) => status === 'failed');
      for (const { ancestorTitles, fullName } of broken) {
        add(displayName.name, file.endsWith('.group.ts') ? ancestorTitles[0] : file, fullName);
      }
      if (broken.length === 0 && failureMessage) add(displayName.name, file, failureMessage.slice(0, 500));
    }
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify([...failed.values()]));
  }
};
