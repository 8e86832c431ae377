import { PINNED_CODEX } from '../../test/support/pinned-codex';
import { TESTED_CODEX_VERSIONS, testOf } from './codex-versions';

describe('the versions of codex that this service was tested with', () => {
  it('end with the pinned one', () => {
    expect(TESTED_CODEX_VERSIONS.at(-1)).toBe(PINNED_CODEX);
  });

  it.each(TESTED_CODEX_VERSIONS)('include %s, of which nothing is to be said', (version) => {
    expect(testOf(version)).toEqual({ tested: true, warning: null });
  });

  it.each(['0.170.0', '0.172.0', '0.171.0-alpha.1'])(
    'do not include %s, of which is warned in one sentence',
    (version) => {
      const { tested, warning } = testOf(version);
      expect(tested).toBe(false);
      expect(warning).toMatch(/^codex \S+ was not tested with this service, 0\.169\.0 and 0\.171\.0 were: [^\n]+$/);
      expect(warning).toContain(`"npm run codex:check ${version}"`);
    },
  );
});
