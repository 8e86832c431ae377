const { relative } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

const ROOT = `${__dirname}/../..`;
/** Places of files that take long, the longest first: groups of suites, then suites that start programs. */
const LONG = ['test/groups/e2e-', 'test/groups/', 'test/e2e/', 'test/contract/', 'test/integration/'];

/**
 * Begins with the files that take longest, so that no worker is left alone with one at the end. Jest itself goes by
 * what the last run took, which a fresh clone does not know, and then by the size of files, which is nothing in groups.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rankOf(one.path) - rankOf(other.path));
  }
};

function rankOf(path) {
  const place = LONG.findIndex((each) => relative(ROOT, path).startsWith(each));
  return place < 0 ? LONG.length : place;
}
