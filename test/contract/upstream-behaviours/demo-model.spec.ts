import { contractSuite, Probe } from '../support/contract-suite';
import { streamedCompletionRound, streamedResponseRound, completionRound, responseRound } from '../support/api-answer';
import { World } from '../support/world';

const parameters = { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] };
const tool = { name: 'get_weather', description: 'The weather of a place', parameters };
const RESPONSES = { input: 'What is the weather in Paris?', tools: [{ type: 'function', ...tool, strict: false }] };
const COMPLETIONS = {
  messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
  tools: [{ type: 'function', function: tool }],
};

async function callsOf(world: World, path: string, body: object, stream: boolean): Promise<readonly string[]> {
  const answer = await world.post(path, { model: 'demo', stream, ...body });
  expect(answer.status).toBe(200);
  const raw = await answer.text();
  if (path === '/responses') {
    return (stream ? streamedResponseRound(raw) : responseRound(raw, JSON.parse(raw) as object)).calls;
  }
  return (stream ? streamedCompletionRound(raw) : completionRound(raw, JSON.parse(raw) as object)).calls;
}

const CHOICES: readonly (readonly [string, object, object])[] = [
  ['required', { tool_choice: 'required' }, { tool_choice: 'required' }],
  [
    'the function by its name',
    { tool_choice: { type: 'function', name: 'get_weather' } },
    { tool_choice: { type: 'function', function: { name: 'get_weather' } } },
  ],
];

const called = ([what, responses, completions]: (typeof CHOICES)[number], path: string, stream: boolean): Probe => ({
  name: `calls it when tool_choice says ${what}: ${path}, ${stream ? 'streamed' : 'whole'}`,
  run: async (world) => {
    const body = path === '/responses' ? { ...RESPONSES, ...responses } : { ...COMPLETIONS, ...completions };
    const [call = '{}', ...more] = await callsOf(world, path, body, stream);
    expect(more).toEqual([]);
    expect(JSON.parse(call)).toEqual({ location: expect.any(String) as unknown });
  },
});

contractSuite(__filename, "the demo model and a client's function", {
  probes: [
    ...CHOICES.flatMap((choice) =>
      ['/responses', '/chat/completions'].flatMap((path) =>
        [false, true].map((stream) => called(choice, path, stream)),
      ),
    ),
    {
      name: 'calls it when the message speaks of it',
      run: async (world) => {
        const [call = ''] = await callsOf(world, '/responses', RESPONSES, false);
        expect(JSON.parse(call)).toEqual({ location: expect.any(String) as unknown });
        expect(await callsOf(world, '/responses', { ...RESPONSES, input: 'Who are you?' }, true)).toEqual([]);
      },
    },
    {
      name: 'calls none when tool_choice says none',
      run: async (world) => {
        expect(await callsOf(world, '/responses', { ...RESPONSES, tool_choice: 'none' }, false)).toEqual([]);
      },
    },
    {
      name: 'answers in words once it has the output of its call',
      run: async (world) => {
        const input = [
          { role: 'user', content: 'What is the weather in Paris?' },
          { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{"location":"Paris"}' },
          { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
        ];
        const answer = await world.post('/responses', { model: 'demo', ...RESPONSES, input });
        const raw = await answer.text();
        const round = responseRound(raw, JSON.parse(raw) as object);
        expect([round.status, round.calls, round.text === '']).toEqual(['completed', [], false]);
      },
    },
  ],
});
