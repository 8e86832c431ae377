import { contractSuite, Probe } from '../support/contract-suite';
import { NATIVE } from '../support/backend-entries';
import { textReply } from '../../support/scripted-reply';
import { World } from '../support/world';

type Json = Readonly<Record<string, unknown>>;

/** Items whose schema at OpenAI requires an id, a status or both. */
const ITEMS: readonly Json[] = [
  { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } },
  { type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['q'], results: null },
  { type: 'code_interpreter_call', id: 'ci_1', status: 'completed', container_id: 'c', code: '1', outputs: null },
  { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'AAAA' },
  {
    type: 'computer_call',
    id: 'cu_1',
    call_id: 'call_1',
    status: 'completed',
    pending_safety_checks: [],
    action: { type: 'wait' },
  },
  { type: 'mcp_call', id: 'mcp_1', server_label: 's', name: 'n', arguments: '{}', output: 'o', error: null },
  { type: 'mcp_list_tools', id: 'mcpl_1', server_label: 's', tools: [] },
];

const bodyOf = (item: Json): Json => {
  const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' };
  const content = [{ type: 'output_text', text: 'found', annotations: [] }];
  return { id: 'resp_1', object: 'response', status: 'completed', output: [item, { ...message, content }] };
};

const post = (world: World, body: object): Promise<Response> => world.post('/responses', body);

async function secondInput(world: World, backend: string, item: Json): Promise<readonly Json[]> {
  world.provider.play(({ index }) => (index === 0 ? { body: bodyOf(item) } : textReply('more')));
  const first = (await (await post(world, { model: backend, input: 'hi' })).json()) as { id: string };
  const second = await post(world, { model: backend, input: 'go on', previous_response_id: first.id });
  expect([second.status, second.status === 200 ? '' : await second.text()]).toEqual([200, '']);
  return world.provider.requests[1]?.body.input as readonly Json[];
}

const chained = (backend: string, item: Json): Probe => ({
  name: `${String(item.type)} keeps its id and status in a chain, ${backend}`,
  run: async (world) => expect(await secondInput(world, backend, item)).toContainEqual(item),
});

const resent = (backend: string, item: Json): Probe => ({
  name: `${String(item.type)} keeps its id and status when the client sends it, ${backend}`,
  run: async (world) => {
    world.provider.play(textReply('more'));
    const input = [{ role: 'user', content: 'hi' }, item, { role: 'user', content: 'go on' }];
    expect((await post(world, { model: backend, input })).status).toBe(200);
    expect(world.provider.requests[0]?.body.input).toContainEqual(item);
  },
});

contractSuite(__filename, 'a hosted item of a native backend', {
  probes: NATIVE.flatMap((backend) => ITEMS.flatMap((item) => [chained(backend, item), resent(backend, item)])),
});
