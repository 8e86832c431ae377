import { errorReply, textReply } from '../../support/scripted-reply';
import { faultsIn } from '../../support/responses-schema';
import { ResponsesFixture } from './responses-fixture';

type Json = Readonly<Record<string, unknown>>;

const CONVERSATION = [
  { type: 'message', role: 'user', content: 'We agreed to launch on Tuesday.' },
  { type: 'message', role: 'assistant', content: 'Understood.' },
  { type: 'function_call', call_id: 'c', name: 'tell', arguments: '{"whom":"support"}' },
  { type: 'function_call_output', call_id: 'c', output: 'told' },
];

describe('POST /v1/responses/compact', () => {
  let api: ResponsesFixture;

  beforeAll(async () => {
    api = await ResponsesFixture.start();
  });
  afterAll(() => api?.stop());

  const compact = async (body: Json): Promise<{ status: number; body: Json & { output: Json[] } }> => {
    const answer = await api.request('POST', '/responses/compact', body);
    return { status: answer.status, body: (await answer.json()) as Json & { output: Json[] } };
  };

  it.each(['scripted', 'native'])(
    'keeps the words of the user and replaces the rest by a summary (%s)',
    async (model) => {
      api.model.play(textReply('Launch on Tuesday; support knows.'));
      const { status, body } = await compact({ model, input: CONVERSATION, prompt_cache_key: 'k' });
      expect(status).toBe(200);
      expect(faultsIn('compaction', body)).toEqual([]);
      expect(body.output).toMatchObject([
        { type: 'message', role: 'user', content: [{ text: 'We agreed to launch on Tuesday.' }] },
        { type: 'compaction' },
      ]);
      const sent = JSON.stringify(api.model.requests[0]?.messages);
      for (const words of ['Understood.', 'support', 'told']) expect(sent).toContain(words);
    },
  );

  it.each(['scripted', 'native'])('makes what any backend can go on from (%s)', async (model) => {
    api.model.play([textReply('Launch on Tuesday.'), textReply('as agreed')]);
    const { body } = await compact({ model: 'scripted', input: CONVERSATION });
    const input = [...body.output, { type: 'message', role: 'user', content: 'When?' }];
    const answer = await api.request('POST', '/responses', { model, input, tools: [] });
    expect(faultsIn('response', await answer.json())).toEqual([]);
    const sent = JSON.stringify(api.model.requests[1]?.messages);
    expect(sent).toContain('Launch on Tuesday.');
    expect(sent).not.toContain('encrypted_content');
  });

  it('compacts a stored conversation for the official client', async () => {
    const client = api.client();
    api.model.play([textReply('OK'), textReply('The word is slate.')]);
    const first = await client.responses.create({ model: 'scripted', input: 'Remember: slate.' });
    const compacted = await client.responses.compact({ model: 'scripted', previous_response_id: first.id });
    expect(faultsIn('compaction', compacted)).toEqual([]);
    expect(compacted.output).toMatchObject([
      { role: 'user', content: [{ text: 'Remember: slate.' }] },
      { type: 'compaction' },
    ]);
    expect(compacted.usage.total_tokens).toBe(15);
  });

  it('refuses what it cannot do', async () => {
    expect(await compact({ input: CONVERSATION })).toMatchObject({ status: 400, body: { error: { param: 'model' } } });
    expect(await compact({ model: 'scripted' })).toMatchObject({ status: 400, body: { error: { param: 'input' } } });
    const foreign = [{ type: 'compaction', encrypted_content: 'gAAAA' }];
    expect(await compact({ model: 'scripted', input: foreign })).toMatchObject({ status: 400 });
    api.model.play(errorReply(429, 'slow'));
    expect(await compact({ model: 'scripted', input: CONVERSATION })).toMatchObject({ status: 429 });
  });
});
