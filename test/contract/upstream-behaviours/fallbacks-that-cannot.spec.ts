import { PIXEL } from '../../support/pixel';
import { textReply } from '../../support/scripted-reply';
import { Behaviour, BOTH_APIS, RESPONSES, Seen, Step } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';

const BUSY = { status: 503, error: { error: { message: 'busy', type: 'server_error', code: null } } };
const replies: Behaviour['replies'] = ({ backend }) =>
  backend.endsWith('-covered') ? BUSY : textReply(`from ${backend}`);

/** Nobody answered who could not see all of it. */
const notAnsweredBy =
  (...fallbacks: readonly string[]) =>
  ({ requests, answers: [answer] }: Seen): void => {
    expect(requests.map(({ backend }) => backend).filter((id) => fallbacks.includes(id))).toEqual([]);
    expect(answer?.status).toBe('failed');
  };

const row = (name: string, on: string, step: Step, more: Partial<Behaviour>): Behaviour => ({
  ...{ name, on: [on], ways: RESPONSES, replies, steps: [step] },
  ...more,
});
const onlyAsked =
  (...backends: readonly string[]) =>
  ({ requests }: Seen): void =>
    expect([...new Set(requests.map(({ backend }) => backend))]).toEqual(backends);

const FILE = 'https://example.com/a.pdf';
const TOOL = { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } };
const search = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } };
const ask = { role: 'user', content: 'go' };

contractSuite(__filename, 'a fallback that cannot carry the request', {
  backends: [
    { id: 'native-covered', type: 'openai', more: 'fallbacks: [plain]' },
    { id: 'seeing-covered', type: 'openai-compatible', more: 'fallbacks: [blind, seeing]' },
    { id: 'blind-covered', type: 'openai-compatible', more: 'fallbacks: [blind]' },
    { id: 'both-covered', type: 'openai', more: 'fallbacks: [plain, native]' },
    { id: 'by-type-covered', type: 'openai', more: 'fallbacks: [strict, fetchless, loose]' },
    { id: 'plain', type: 'openai-compatible' },
    { id: 'strict', type: 'deepseek' },
    { id: 'fetchless', type: 'bedrock' },
    { id: 'loose', type: 'openrouter' },
    { id: 'native', type: 'openai' },
    { id: 'blind', type: 'openai-compatible', more: 'input_modalities: [text]' },
    { id: 'seeing', type: 'openai-compatible' },
  ],
  rows: [
    row(
      'is not asked with a hosted tool',
      'native-covered',
      { say: 'go', responses: { tools: [{ type: 'web_search' }] } },
      { check: notAnsweredBy('plain') },
    ),
    row(
      "is not asked with a hosted tool's output",
      'native-covered',
      { say: 'go', responses: { input: [ask, search, ask] } },
      { check: notAnsweredBy('plain') },
    ),
    row(
      'is not asked with a compaction of another provider, which is the earlier conversation',
      'native-covered',
      { say: 'go', responses: { input: [{ type: 'compaction', encrypted_content: 'sealed-by-openai' }, ask] } },
      { check: notAnsweredBy('plain') },
    ),
    row(
      'is passed over for one that can: a hosted tool',
      'both-covered',
      { say: 'go', responses: { tools: [{ type: 'web_search' }] } },
      { answers: ['from native'] },
    ),
    row(
      'is passed over for one that can: a foreign compaction',
      'both-covered',
      { say: 'go', responses: { input: [{ type: 'compaction', encrypted_content: 'sealed-by-openai' }, ask] } },
      { answers: ['from native'] },
    ),
    row(
      'is not asked with a picture when it reads text alone',
      'blind-covered',
      { say: 'go', picture: PIXEL },
      {
        ...{ ways: BOTH_APIS, check: notAnsweredBy('blind') },
      },
    ),
    row(
      'is passed over for one that sees: a picture',
      'seeing-covered',
      { say: 'go', picture: PIXEL },
      {
        ...{ ways: BOTH_APIS, answers: ['from seeing'] },
      },
    ),
    row(
      'is passed over when its type has no field for what the request wants: several choices, one call at a time',
      'by-type-covered',
      { say: 'go', completions: { n: 2, parallel_tool_calls: false, tools: [TOOL] } },
      { ways: ['completions'], check: onlyAsked('by-type-covered', 'loose') },
    ),
    row(
      'is passed over when its type cannot be told to call one tool at a time, by /v1/responses',
      'by-type-covered',
      { say: 'go', responses: { tools: [{ type: 'function', ...TOOL.function }], parallel_tool_calls: false } },
      { answers: ['from loose'], check: onlyAsked('by-type-covered', 'loose') },
    ),
    row(
      'is passed over when its type fetches no file and takes none but pictures',
      'by-type-covered',
      { say: 'go', responses: { input: [{ role: 'user', content: [{ type: 'input_file', file_url: FILE }] }] } },
      { check: onlyAsked('by-type-covered', 'loose') },
    ),
    row(
      'is asked with what it can carry',
      'blind-covered',
      { say: 'go' },
      { ways: BOTH_APIS, answers: ['from blind'] },
    ),
  ],
});
