import { textReply } from '../../support/scripted-reply';
import { answersOf, complaintsOf, PROVIDERS_KEY, ProvidersFixture } from './providers-fixture';
import { DONE } from './providers-row';
import { CALL_ROWS } from './providers-rows-calls';
import { END_ROWS } from './providers-rows-ends';

describe('what upstreams do, and what becomes of a turn of the real codex', () => {
  let fixture: ProvidersFixture;

  beforeAll(async () => {
    fixture = await ProvidersFixture.start();
  });

  afterAll(() => fixture?.stop());

  it.each([...CALL_ROWS, ...END_ROWS].map((row) => [row.name, row] as const))('%s', async (_name, row) => {
    const turn = await fixture.run(row.backend, row.replies);
    if (row.error === undefined) expect(turn).toMatchObject({ status: 'completed', error: null });
    else expect([turn.status, turn.error?.message]).toEqual(['failed', expect.stringMatching(pattern(row.error))]);
    if (row.info !== undefined) expect(turn.error?.codexErrorInfo).toBe(row.info);
    if (row.answers !== undefined) expect(answersOf(turn)).toEqual(row.answers);
    if (row.requests !== undefined) expect(fixture.model.requests).toHaveLength(row.requests);
    expect(complaintsOf(turn).filter((method) => method === 'warning')).toEqual([]);
    expect(turn.error?.message ?? '').not.toContain(PROVIDERS_KEY);
    row.check?.(
      fixture.model.requests.map(({ body }) => JSON.stringify(body)),
      turn,
    );
  });

  it("gives Gemini's signature of a text back in the next turn", async () => {
    fixture.play('google', [textReply('signed', { signature: 'tsig-text' }), DONE]);
    const thread = await fixture.codex.startThread('google');
    await fixture.codex.runTurn(thread, 'one');
    await fixture.codex.runTurn(thread, 'two');
    expect(JSON.stringify(fixture.model.requests[1]?.body)).toContain(
      '{"text":"signed","thoughtSignature":"tsig-text"}',
    );
  });
});

const pattern = (error: string | RegExp): RegExp =>
  typeof error === 'string' ? new RegExp(error.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : error;
