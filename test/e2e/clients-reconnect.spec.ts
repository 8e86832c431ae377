import { clients, ClientsResult, isFaultless } from '../chaos/clients';

const OPTIONS = { clients: 20, reconnects: 3, chats: 4, streamSeconds: 3, wordDelayMs: 10, seed: 4 };

/** The short form of `npm run chaos -- clients`. */
describe('clients that lose their connections in the middle of a stream', () => {
  let results: ClientsResult[];

  beforeAll(async () => {
    results = await clients(OPTIONS);
  });

  it.each(['Socket.IO', 'SSE'])('miss, repeat and mix up nothing over %s', (transport) => {
    const result = results.find((candidate) => candidate.transport === transport);
    expect(result).toMatchObject({ gaps: 0, repeats: 0, reorderings: 0, differing: 0, missing: 0, errors: [] });
    expect(result?.reconnects).toBe(OPTIONS.clients * OPTIONS.reconnects);
    // On a busy machine words come several at a time, and what is read late has been compacted.
    expect(result?.events).toBeGreaterThan(OPTIONS.clients * 10);
  });

  it('are all up to date in the end', () => {
    expect(results.map(isFaultless)).toEqual([true, true]);
  });
});
