import { contractSuite, Probe } from '../support/contract-suite';
import { BACKENDS } from '../support/backend-entries';
import { callsReply, textReply } from '../../support/scripted-reply';
import { World } from '../support/world';

interface Stored {
  readonly output: readonly { readonly id: string; readonly type: string; readonly call_id?: string }[];
}

const post = async (world: World, body: object): Promise<Response> => world.post('/responses', body);

/** The AI SDK's second turn: its history names earlier items by their ids alone. */
const referenced = (backend: string): Probe => ({
  name: `of a stored message is found, ${backend}`,
  run: async (world) => {
    world.provider.play(textReply('remember-me', { usageWithFinish: true }));
    const first = (await (await post(world, { model: backend, input: 'hi' })).json()) as Stored;
    const input = [
      { role: 'user', content: 'hi' },
      ...first.output.map(({ id }) => ({ type: 'item_reference', id })),
      { role: 'user', content: 'go on' },
    ];
    const second = await post(world, { model: backend, input });
    expect([second.status, await second.text()]).toEqual([200, expect.stringContaining('remember-me')]);
    expect(JSON.stringify(world.provider.requests[1]?.body)).toContain('remember-me');
  },
});

const referencedCall = (backend: string): Probe => ({
  name: `of a stored call is found, so that its output has its call, ${backend}`,
  run: async (world) => {
    const call = { name: 'f', arguments: { a: 1 } };
    world.provider.play([callsReply([call]), textReply('done')]);
    const tools = [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }];
    const first = (await (await post(world, { model: backend, input: 'hi', tools })).json()) as Stored;
    const input = [
      { role: 'user', content: 'hi' },
      ...first.output.map(({ id }) => ({ type: 'item_reference', id })),
      { type: 'function_call_output', call_id: first.output.at(-1)?.call_id, output: '42' },
    ];
    const second = await post(world, { model: backend, input, tools });
    expect([second.status, await second.text()]).toEqual([200, expect.stringContaining('done')]);
  },
});

const unknown = (backend: string): Probe => ({
  name: `that nobody knows is refused with its name, ${backend}`,
  run: async (world) => {
    world.provider.play(textReply('x'));
    const input = [
      { type: 'item_reference', id: 'msg_nobody' },
      { role: 'user', content: 'hi' },
    ];
    const answer = await post(world, { model: backend, input });
    expect([400, 404]).toContain(answer.status);
    expect(await answer.text()).toContain('msg_nobody');
  },
});

contractSuite(__filename, 'an item_reference', {
  probes: [
    ...BACKENDS.map(referenced),
    ...['openai', 'openai-compatible', 'anthropic', 'google'].map(referencedCall),
    ...['openai', 'openai-compatible'].map(unknown),
  ],
});
