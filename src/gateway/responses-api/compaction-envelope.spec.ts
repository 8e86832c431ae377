import { openSummary, sealSummary, summaryMessage } from './compaction-envelope';

describe('a compaction item', () => {
  it('carries a summary there and back', () => {
    expect(openSummary(sealSummary('Dienstag, „früh“'))).toBe('Dienstag, „früh“');
    expect(JSON.stringify(summaryMessage({ type: 'compaction', encrypted_content: sealSummary('so') }))).toContain(
      'so',
    );
  });

  it.each(['gAAAA', undefined, 5])('is not ours with %j', (content) => {
    expect(openSummary(content)).toBeUndefined();
    expect(summaryMessage({ type: 'compaction', encrypted_content: content })).toBeUndefined();
  });
});
