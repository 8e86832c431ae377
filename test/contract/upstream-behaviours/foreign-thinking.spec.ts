import { callsReply, textReply } from '../../support/scripted-reply';
import { BOTH_APIS, Entry } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';
import { onBackends, thinkingBesideCalls } from '../support/provider-rule';

const THINKERS = ['anthropic', 'bedrock-claude', 'deepseek'];
const rules = [onBackends([...THINKERS, 'claude-last'], thinkingBesideCalls)];
const FOREIGN: readonly Entry[] = [
  { role: 'user', text: 'run it' },
  { call: 'exec_command', id: 'call_1', arguments: '{"cmd":"true"}' },
  { result: 'ok', id: 'call_1' },
  { role: 'assistant', text: 'it ran' },
];
/** What belongs to a request that goes on within the loop. */
const inLoop = {
  ...{ say: '', effort: 'high' },
  responses: {
    input: [
      { role: 'user', content: 'run it' },
      { type: 'function_call', call_id: 'call_1', name: 'exec_command', arguments: '{"cmd":"true"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'ok' },
    ],
  },
  completions: {
    messages: [
      { role: 'user', content: 'run it' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'exec_command', arguments: '{"cmd":"true"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'ok' },
    ],
  },
};

contractSuite(__filename, 'thinking over the tool loop of another model', {
  backends: [
    { id: 'covered', type: 'openai-compatible', more: 'fallbacks: [claude-last]' },
    { id: 'claude-last', type: 'anthropic' },
    { id: 'bedrock-claude', type: 'bedrock', model: 'anthropic.claude-sonnet-4-5.m-bedrock-claude' },
  ],
  rows: [
    {
      name: 'is off for the request that answers a call without thoughts',
      ...{ on: THINKERS, ways: BOTH_APIS, rules, steps: [inLoop] },
      answers: ['Hello!'],
    },
    {
      name: 'is off for a fallback in the middle of a loop',
      ...{ on: ['covered'], ways: BOTH_APIS, rules, steps: [inLoop] },
      replies: ({ backend }) =>
        backend === 'covered'
          ? { status: 503, error: { error: { message: 'busy', type: 'server_error', code: null } } }
          : textReply('from the fallback'),
      answers: ['from the fallback'],
    },
    {
      name: 'is on again for the next request, whose loop is its own',
      ...{ on: ['anthropic'], ways: ['responses', 'responses streamed'], rules },
      history: FOREIGN,
      steps: [{ say: 'and now think', effort: 'high' }],
      answers: ['Hello!'],
      check: ({ last }) => expect(JSON.stringify(last.body.thinking)).toMatch(/enabled|adaptive/),
    },
    {
      name: 'keeps the thoughts of an own loop',
      ...{ on: ['anthropic'], ways: ['chat', 'responses', 'responses streamed'], rules },
      replies: [
        callsReply([{ name: 'exec_command', arguments: { cmd: 'true' } }], { reasoning: ['hm'], signature: 'sig' }),
        textReply('done'),
      ],
      steps: [{ say: 'go', effort: 'high' }],
      answers: ['done'],
      check: ({ last }) => expect(JSON.stringify(last.body)).toContain('"signature":"sig"'),
    },
  ],
});
