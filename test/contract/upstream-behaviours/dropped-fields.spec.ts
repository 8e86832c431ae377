import { PIXEL } from '../../support/pixel';
import { TRANSLATED } from '../support/backend-entries';
import { Behaviour, COMPLETIONS, RESPONSES, Seen, Step } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';

const BASE64 = PIXEL.split(',')[1] ?? '';
const PDF = Buffer.from('%PDF-1.4 tiny').toString('base64');
const input = (...parts: readonly object[]): readonly object[] => [
  { role: 'user', content: [{ type: 'input_text', text: 'look' }, ...parts] },
];

/** The provider got it, or the client is told the field by its name: anything but silence. */
const carriedOr400 =
  (carried: RegExp, field: RegExp) =>
  ({ answers: [answer], requests }: Seen): void => {
    if (answer?.status === 'failed') expect(`${answer.param} ${answer.message}`).toMatch(field);
    else expect(requests.map(({ body }) => JSON.stringify(body)).join('')).toMatch(carried);
  };

const responsesRow = (name: string, responses: Step['responses'], check: Behaviour['check']): Behaviour => ({
  ...{ name, on: TRANSLATED, ways: RESPONSES, steps: [{ say: 'go', responses }], check },
});
const completionsRow = (name: string, completions: Step['completions'], check: Behaviour['check']): Behaviour => ({
  ...{ name, on: TRANSLATED, ways: COMPLETIONS, steps: [{ say: 'go', completions }], check },
});

const FORMAT = { text: { format: { type: 'json_object' } } };
const JSON_WISH = /json_object|json_schema|application\/json|responseMimeType|JSON/;

contractSuite(__filename, 'a field of a request is carried or refused by its name', {
  backends: [{ id: 'two-levels', type: 'openai-compatible', more: 'reasoning_levels: [low, high]' }],
  rows: [
    responsesRow('json_object', FORMAT, carriedOr400(JSON_WISH, /format|json_object/)),
    completionsRow(
      'response_format json_object',
      { response_format: { type: 'json_object' } },
      carriedOr400(JSON_WISH, /response_format|json_object/),
    ),
    responsesRow(
      'a file by its id',
      { input: input({ type: 'input_file', file_id: 'file-123' }) },
      carriedOr400(/file-123/, /file_id/),
    ),
    responsesRow(
      'a picture by its id',
      { input: input({ type: 'input_image', file_id: 'file-123', detail: 'auto' }) },
      carriedOr400(/file-123/, /file_id/),
    ),
    responsesRow(
      'a picture in base64 without data:',
      { input: input({ type: 'input_image', image_url: BASE64, detail: 'auto' }) },
      carriedOr400(new RegExp(BASE64.slice(0, 40)), /image_url/),
    ),
    responsesRow(
      'a file in base64 without data:',
      { input: input({ type: 'input_file', filename: 'a.pdf', file_data: PDF }) },
      carriedOr400(new RegExp(PDF), /file_data|input_file|file|pdf/i),
    ),
    responsesRow(
      'a video',
      { input: input({ type: 'input_video', video_url: 'https://example.com/a.mp4' }) },
      carriedOr400(/a\.mp4/, /input_video/),
    ),
    responsesRow(
      'a sound',
      { input: input({ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }) },
      carriedOr400(/UklGRg/, /input_audio|audio|content\[1\]/),
    ),
    responsesRow(
      'logprobs',
      { top_logprobs: 3, include: ['message.output_text.logprobs'] },
      carriedOr400(/logprobs/i, /logprobs/),
    ),
    completionsRow(
      'logprobs of a completion',
      { logprobs: true, top_logprobs: 3 },
      carriedOr400(/logprobs/i, /logprobs/),
    ),
    responsesRow(
      "a hosted tool's output",
      {
        input: [
          { role: 'user', content: 'search it' },
          {
            type: 'web_search_call',
            id: 'ws_1',
            status: 'completed',
            action: { type: 'search', query: 'needle-in-it' },
          },
          { role: 'user', content: 'go' },
        ],
      },
      carriedOr400(/needle-in-it/, /web_search_call/),
    ),
    responsesRow(
      'the output of a code interpreter',
      {
        input: [
          { role: 'user', content: 'compute it' },
          {
            ...{ type: 'code_interpreter_call', id: 'ci_1', status: 'completed', container_id: 'c', code: 'print(42)' },
            outputs: [{ type: 'logs', logs: 'needle-in-it' }],
          },
          { role: 'user', content: 'go' },
        ],
      },
      carriedOr400(/needle-in-it/, /code_interpreter_call/),
    ),
    responsesRow(
      'parallel_tool_calls: false',
      { parallel_tool_calls: false },
      carriedOr400(/parallel_?tool_?(calls|use)|disable_parallel|"mode"/i, /parallel_tool_calls/),
    ),
    completionsRow(
      'parallel_tool_calls: false of a completion',
      { parallel_tool_calls: false },
      carriedOr400(/parallel_?tool_?(calls|use)|disable_parallel|"mode"/i, /parallel_tool_calls/),
    ),
    {
      name: 'an effort that is not listed is not echoed as used',
      ...{ on: ['two-levels'], ways: RESPONSES },
      steps: [{ say: 'go', effort: 'medium' }],
      check: ({ answers: [answer], requests }) => {
        if (answer?.http === 400) return expect(answer.message).toMatch(/effort/);
        const sent = requests.some(({ body }) => JSON.stringify(body).includes('medium'));
        if (!sent) expect(answer?.raw).not.toMatch(/"effort":\s*"medium"/);
      },
    },
    {
      name: 'an effort that is listed is carried and echoed',
      ...{ on: ['two-levels'], ways: RESPONSES },
      steps: [{ say: 'go', effort: 'high' }],
      check: ({ answers: [answer], last }) => {
        expect(JSON.stringify(last.body)).toContain('"reasoning_effort":"high"');
        expect(answer?.raw).toMatch(/"effort":\s*"high"/);
      },
    },
  ],
});
