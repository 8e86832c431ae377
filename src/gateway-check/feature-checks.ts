import type { Responses } from 'openai/resources/responses';
import { Check, judged, no, skipped } from './check';

/** Room for a model that thinks before it answers. */
const ask = { max_output_tokens: 2_000, store: false } as const;

/** 32 times 32 pixels of red. */
const RED =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKklEQVR42mO4IyJCU8QwasGoBaMWjFowasGoBaMWjFowasGoBaMWDBULAJ3LED19/LmKAAAAAElFTkSuQmCC';

const WEATHER: Responses.FunctionTool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather in one city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
  strict: false,
};

const CITY = {
  type: 'object',
  properties: { name: { type: 'string' }, inhabitants: { type: 'integer' } },
  required: ['name', 'inhabitants'],
  additionalProperties: false,
};

type Call = Responses.ResponseFunctionToolCall;
const callsIn = ({ output }: Responses.Response): Call[] =>
  output.flatMap((item) => (item.type === 'function_call' ? item : []));

function argumentOf(call: Call | undefined): unknown {
  const value: unknown = parsed(call?.arguments ?? '');
  return typeof value === 'object' && value !== null && 'city' in value ? value.city : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Tools, pictures and answers in JSON. */
export const FEATURE_CHECKS: readonly Check[] = [
  {
    name: 'tool',
    run: async ({ client, name: model }) => {
      const question = { role: 'user' as const, content: 'What is the weather in Paris? Use the tool.' };
      const first = await client.responses.create({ ...ask, model, input: [question], tools: [WEATHER] });
      const [call] = callsIn(first);
      return judged(typeof argumentOf(call) === 'string', call?.arguments ?? first.output_text);
    },
  },
  {
    name: 'tool, forced',
    run: async ({ client, name: model }) => {
      const input = 'Good morning!';
      const tool = { tools: [WEATHER], tool_choice: { type: 'function' as const, name: WEATHER.name } };
      const response = await client.responses.create({ ...ask, model, input, ...tool });
      const [call] = callsIn(response);
      return judged(typeof argumentOf(call) === 'string', call?.arguments ?? response.output_text);
    },
  },
  {
    name: 'tool output',
    run: async ({ client, name: model }) => {
      const input: Responses.ResponseInput = [
        { role: 'user', content: 'What is the weather in Paris? Use the tool.' },
        { type: 'function_call', call_id: 'call_check', name: WEATHER.name, arguments: '{"city":"Paris"}' },
        { type: 'function_call_output', call_id: 'call_check', output: 'Thunder and 31 degrees.' },
      ];
      const { output_text: text } = await client.responses.create({ ...ask, model, input, tools: [WEATHER] });
      return judged(/thunder|31/i.test(text), text);
    },
  },
  {
    name: 'parallel tools',
    run: async ({ client, name: model }) => {
      const input = 'What is the weather in Paris and in Rome? Call the tool for both at once.';
      const response = await client.responses.create({ ...ask, model, input, tools: [WEATHER] });
      const calls = callsIn(response);
      if (calls.length < 2) return no(`${calls.length} call${calls.length === 1 ? '' : 's'}`);
      const areWhole = calls.every((call) => typeof argumentOf(call) === 'string');
      return judged(areWhole, calls.map((call) => call.arguments).join(' '));
    },
  },
  {
    name: 'picture',
    run: async ({ client, name: model, takesPictures }) => {
      if (!takesPictures) return skipped('its input_modalities have no image');
      const content: Responses.ResponseInputMessageContentList = [
        { type: 'input_text', text: 'Which colour has this picture? Answer with one word.' },
        { type: 'input_image', image_url: RED, detail: 'auto' },
      ];
      const { output_text: text } = await client.responses.create({
        ...ask,
        model,
        input: [{ role: 'user', content }],
      });
      return judged(/red|crimson|scarlet/i.test(text), text);
    },
  },
  {
    name: 'schema',
    run: async ({ client, name: model }) => {
      const format = { type: 'json_schema' as const, name: 'city', schema: CITY, strict: true };
      const input = 'The largest city of France.';
      const { output_text: text } = await client.responses.create({ ...ask, model, input, text: { format } });
      const value = parsed(text);
      const fits = typeof value === 'object' && value !== null && 'name' in value && 'inhabitants' in value;
      return judged(fits && Number.isInteger(value.inhabitants), text);
    },
  },
  {
    name: 'JSON',
    run: async ({ client, name: model }) => {
      const input = 'The largest city of France, as JSON with the field "name".';
      const text = { format: { type: 'json_object' as const } };
      const response = await client.responses.create({ ...ask, model, input, text });
      const value = parsed(response.output_text);
      return judged(typeof value === 'object' && value !== null, response.output_text);
    },
  },
];
