const { relative } = require('node:path');

const LISTED = 10;

/** Prints the ten test files that took longest, when a run has had more than ten. */
module.exports = class SlowestFilesReporter {
  onRunComplete(_contexts, { testResults }) {
    if (testResults.length <= LISTED) return;
    const seconds = ({ perfStats }) => (perfStats.end - perfStats.start) / 1000;
    const slowest = testResults.toSorted((a, b) => seconds(b) - seconds(a)).slice(0, LISTED);
    const lines = slowest.map(
      (result) => `  ${seconds(result).toFixed(1).padStart(6)} s  ${relative(process.cwd(), result.testFilePath)}`,
    );
    process.stderr.write(`\nSlowest test files:\n${lines.join('\n')}\n`);
  }
};
