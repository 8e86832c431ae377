// Runs every test, and those suites once more, one at a time, that have failed beside others. What passes by itself does not fail the
// run, but is named at its end: it tells of a race in the product or of a test in a hurry, and somebody has to find which.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

const FAILED_SUITES = '.cache/failed-suites.json';
/** With more of them it is no matter of a busy machine, and the first run has told enough. */
const MOST_SUITES_AGAIN = 8;

/** @returns Jest's exit code, or 1 when it was ended by a signal */
function jest(args, environment) {
  rmSync(FAILED_SUITES, { force: true });
  return new Promise((resolve, reject) => {
    const child = spawn('jest', args, {
      stdio: 'inherit',
      env: {
        ...process.env,
        NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
        TEST_FAILED_SUITES: FAILED_SUITES,
        ...environment,
      },
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

const failedSuites = () => (existsSync(FAILED_SUITES) ? JSON.parse(readFileSync(FAILED_SUITES, 'utf8')) : []);

/** @returns whether each of the suites passes by itself */
async function passAlone(suites) {
  for (const { project, suite } of suites) {
    const isGroup = suite.endsWith('.group.ts');
    const args = ['--selectProjects', project, '--runInBand', '--runTestsByPath', suite];
    if ((await jest(args, { TEST_GROUPED: String(isGroup) })) !== 0) return false;
  }
  return true;
}

const listOf = (suites) =>
  suites
    .map(({ project, suite, tests }) => `  ${suite} (${project})\n${tests.map((test) => `    ${test}\n`).join('')}`)
    .join('');

const code = await jest([], { TEST_GROUPED: 'true' });
const failed = failedSuites();
if (code !== 0 && failed.length > 0 && failed.length <= MOST_SUITES_AGAIN) {
  process.stderr.write(`\nFailed beside others, and are run again by themselves:\n${listOf(failed)}`);
  if (await passAlone(failed)) {
    process.stderr.write(`\nPassed by themselves, but FLAKY: find out why.\n${listOf(failed)}`);
    process.exit(0);
  }
}
process.exit(code);
