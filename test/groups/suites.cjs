const { globSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '..', '..');

/**
 * Suites that are put several to a file in a whole run (TEST_GROUPED=true), see `group.ts`: Jest loads anew for each file
 * the frame, what the suites share, and the browser's driver. By the name of their groups, patterns of paths.
 */
const GROUPS = {
  e2e: ['test/e2e/*.spec.ts'],
  integration: ['test/integration/**/*.spec.ts'],
  contract: ['test/contract/upstream-behaviours/*.spec.ts'],
  postgres: [
    'test/integration/{chat,retention}/**/*.spec.ts',
    'test/integration/{database/closed,storage/blobs}.spec.ts',
    'test/integration/gateway/{key-spending,keys-access,keys-usage,keys-providers,responses-stored}.spec.ts',
  ],
};

/** @returns their paths from the repository's root, in an order that does not change */
const suitesOf = (group) => globSync(GROUPS[group], { cwd: ROOT }).sort();

/** For `testMatch`: the groups' files, or each suite by itself. */
const matchOf = (group, isGrouped) =>
  (isGrouped ? [`test/groups/${group}-*.group.ts`] : GROUPS[group]).map((pattern) => `<rootDir>/${pattern}`);

module.exports = { ROOT, suitesOf, matchOf };
