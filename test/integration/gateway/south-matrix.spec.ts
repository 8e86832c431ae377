import { textReply } from '../../support/scripted-reply';
import { answersOf, complaintsOf, SOUTH_KEY, SouthFixture } from './south-fixture';
import { DONE } from './south-row';
import { CALL_ROWS } from './south-rows-calls';
import { END_ROWS } from './south-rows-ends';

describe('what upstreams do, and what becomes of a turn of the real codex', () => {
  let south: SouthFixture;

  beforeAll(async () => {
    south = await SouthFixture.start();
  });

  afterAll(() => south?.stop());

  it.each([...CALL_ROWS, ...END_ROWS].map((row) => [row.name, row] as const))('%s', async (_name, row) => {
    const turn = await south.run(row.backend, row.replies);
    if (row.error === undefined) expect(turn).toMatchObject({ status: 'completed', error: null });
    else expect([turn.status, turn.error?.message]).toEqual(['failed', expect.stringMatching(pattern(row.error))]);
    if (row.info !== undefined) expect(turn.error?.codexErrorInfo).toBe(row.info);
    if (row.answers !== undefined) expect(answersOf(turn)).toEqual(row.answers);
    if (row.requests !== undefined) expect(south.model.requests).toHaveLength(row.requests);
    expect(complaintsOf(turn).filter((method) => method === 'warning')).toEqual([]);
    expect(turn.error?.message ?? '').not.toContain(SOUTH_KEY);
    row.check?.(
      south.model.requests.map(({ body }) => JSON.stringify(body)),
      turn,
    );
  });

  it("gives Gemini's signature of a text back in the next turn", async () => {
    south.play('google', [textReply('signed', { signature: 'tsig-text' }), DONE]);
    const thread = await south.codex.startThread('google');
    await south.codex.runTurn(thread, 'one');
    await south.codex.runTurn(thread, 'two');
    expect(JSON.stringify(south.model.requests[1]?.body)).toContain('{"text":"signed","thoughtSignature":"tsig-text"}');
  });
});

const pattern = (error: string | RegExp): RegExp =>
  typeof error === 'string' ? new RegExp(error.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : error;
