import { callsReply, ScriptedReply } from '../../support/scripted-reply';
import { outputsOf } from './providers-fixture';
import { DONE, echo, Row } from './providers-row';

/** Chunks of the chat completions API with these deltas. */
const chunks = (...deltas: readonly object[]): ScriptedReply => ({
  chunks: [...deltas, {}].map((delta, index) => ({
    ...{ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' },
    choices: [{ index: 0, delta, finish_reason: index === deltas.length ? 'tool_calls' : null }],
  })),
});
const call = (index: number, id: string | undefined, name: string | undefined, args: string): object => ({
  tool_calls: [{ index, id, type: 'function', function: { name, arguments: args } }],
});

/** How calls and reasoning come, and what must come back. */
export const CALL_ROWS: readonly Row[] = [
  // Calls, in all the ways in which servers cut and number them.
  {
    name: 'all parallel calls have index 0',
    backend: 'openai-compatible',
    replies: [
      chunks(call(0, 'a', 'exec_command', '{"cmd":"echo one"}'), call(0, 'b', 'exec_command', '{"cmd":"echo two"}')),
      DONE,
    ],
    answers: ['done'],
    check: (_, turn) => expect(outputsOf(turn).sort()).toEqual(['one\n', 'two\n']),
  },
  {
    name: 'all parallel calls have index 0 and come in pieces',
    backend: 'openai-compatible',
    replies: [
      chunks(
        call(0, 'a', 'exec_command', ''),
        call(0, undefined, undefined, '{"cmd":"echo one"}'),
        call(0, 'b', 'exec_command', ''),
        call(0, undefined, undefined, '{"cmd":"echo two"}'),
      ),
      DONE,
    ],
    answers: ['done'],
    check: (_, turn) => expect(outputsOf(turn).sort()).toEqual(['one\n', 'two\n']),
  },
  {
    name: 'a call repeats its name, empty, in later pieces',
    backend: 'openai-compatible',
    replies: [chunks(call(0, 'a', 'exec_command', '{"cmd":'), call(0, '', '', '"echo one"}')), DONE],
    answers: ['done'],
    check: (_, turn) => expect(outputsOf(turn)).toEqual(['one\n']),
  },
  {
    name: 'a call has no name at all',
    backend: 'openai-compatible',
    replies: [chunks(call(0, 'a', '', '{}')), DONE],
    answers: ['done'],
    requests: 2,
    check: ([first, second]) => expect(second).toBe(first),
  },
  {
    name: 'a call has no id',
    backend: 'openai-compatible',
    replies: [chunks(call(0, undefined, 'exec_command', '{"cmd":"echo one"}')), DONE],
    answers: ['done'],
    check: (_, turn) => expect(outputsOf(turn)).toEqual(['one\n']),
  },
  {
    name: 'a call has no arguments',
    backend: 'openai-compatible',
    replies: [chunks(call(0, 'a', 'multi_agent_v1__list_agents', '')), DONE],
    answers: ['done'],
  },
  {
    name: 'the arguments are no JSON',
    backend: 'openai-compatible',
    replies: [chunks(call(0, 'a', 'exec_command', '{"cmd": "echo')), DONE],
    answers: ['done'],
    check: ([, second]) => expect(JSON.parse(second ?? '')).toBeTruthy(),
  },
  {
    name: 'text comes between the pieces of a call',
    backend: 'openai-compatible',
    replies: [
      chunks(
        call(0, 'a', 'exec_command', '{"cmd":'),
        { content: 'wait' },
        call(0, undefined, undefined, '"echo one"}'),
      ),
      DONE,
    ],
    answers: ['wait', 'done'],
    check: (_, turn) => expect(outputsOf(turn)).toEqual(['one\n']),
  },
  {
    name: 'three calls interleave',
    backend: 'groq',
    replies: [callsReply([echo('one'), echo('two'), echo('three')], { interleaved: true, argumentPieces: 4 }), DONE],
    answers: ['done'],
    check: (_, turn) => expect(outputsOf(turn).sort()).toEqual(['one\n', 'three\n', 'two\n']),
  },
  {
    name: 'the same call id comes in every round',
    backend: 'anthropic',
    replies: [callsReply([echo('one', { id: 'same' })]), callsReply([echo('two', { id: 'same' })]), DONE],
    answers: ['done'],
    check: ([, , third]) => expect(new Set(third?.match(/"tool_use_id":"[^"]+"/g)).size).toBe(2),
  },
  {
    name: 'the grammar of a freeform tool reaches a provider that has none',
    backend: 'anthropic',
    replies: [DONE],
    answers: ['done'],
    check: ([first]) => expect(first).toContain('begin_patch: \\"*** Begin Patch\\" LF'),
  },
  // Reasoning that must come back.
  {
    name: "Anthropic's signature comes back with its thinking",
    backend: 'anthropic',
    replies: [callsReply([echo('one')], { reasoning: ['I ', 'think'], signature: 'sig-123' }), DONE],
    answers: ['done'],
    check: ([, second]) => expect(second).toContain('{"type":"thinking","thinking":"I think","signature":"sig-123"'),
  },
  {
    name: "Gemini's thought signature comes back with its call",
    backend: 'google',
    replies: [callsReply([echo('one'), echo('two')], { reasoning: ['hm'], signature: 'tsig-1' }), DONE],
    answers: ['done'],
    check: ([, second]) => {
      expect(second?.match(/"thoughtSignature":"tsig-1"/g)).toHaveLength(1);
      expect(second).toMatch(/"args":\{"cmd":"echo one"\}[^{}]*\},"thoughtSignature":"tsig-1"/);
    },
  },
  {
    name: "DeepSeek's reasoning comes back",
    backend: 'deepseek',
    replies: [callsReply([echo('one')], { reasoning: ['I ', 'wonder'] }), DONE],
    answers: ['done'],
    check: ([, second]) => expect(second).toContain('"reasoning_content":"I wonder"'),
  },
  {
    name: 'native encrypted reasoning comes back as it was',
    backend: 'openai',
    replies: [callsReply([echo('one')], { reasoning: ['hm'] }), DONE],
    answers: ['done'],
    check: ([, second]) => expect(second).toContain('sealed-0'),
  },
];
