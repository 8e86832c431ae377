import { ModelEndpoint } from './model-endpoint';

describe('ModelEndpoint', () => {
  it('knows a key from its issue to its end, and whose it is', () => {
    const endpoint = new ModelEndpoint();
    const [first, second] = [endpoint.issueKey('codex-1'), endpoint.issueKey('codex-1')];
    expect(first).not.toBe(second);
    endpoint.revokeKey(first);
    expect([endpoint.instanceForKey(first), endpoint.instanceForKey(second)]).toEqual([undefined, 'codex-1']);
  });
});
