import { Refusal, Rule } from '../support/provider-rule';
import { Behaviour, COMPLETIONS, Seen } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';

/** What the provider's own API has of a completion's fields; it answers 422 or 400 to others. */
const MISTRAL_FIELDS = new Set([
  ...['model', 'messages', 'stream', 'temperature', 'top_p', 'max_tokens', 'stop', 'random_seed', 'response_format'],
  ...['tools', 'tool_choice', 'presence_penalty', 'frequency_penalty', 'n', 'prediction', 'parallel_tool_calls'],
  ...['prompt_mode', 'reasoning_effort', 'safe_prompt', 'metadata', 'guardrails', 'prompt_cache_key'],
]);
const DEEPSEEK_FIELDS = new Set([
  ...['model', 'messages', 'stream', 'stream_options', 'temperature', 'top_p', 'max_tokens', 'stop', 'thinking'],
  ...['response_format', 'tools', 'tool_choice', 'presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs'],
  ...['reasoning_effort', 'user_id'],
]);
const ROLES = new Set(['system', 'user', 'assistant', 'tool']);

const refused = (message: string): Refusal => ({ status: 422, message });
const takesOnly =
  (fields: ReadonlySet<string>): Rule =>
  ({ body }) => {
    const extra = Object.keys(body).find((name) => !fields.has(name));
    return extra === undefined ? undefined : refused(`body.${extra}: Extra inputs are not permitted`);
  };
const knownRoles: Rule = ({ body }) => {
  const messages = body.messages as readonly { role: string }[];
  const odd = messages.find(({ role }) => !ROLES.has(role));
  return odd && refused(`messages: Input tag '${odd.role}' does not match any of the expected tags`);
};

const PROVIDERS: readonly (readonly [string, ReadonlySet<string>])[] = [
  ['mistral', MISTRAL_FIELDS],
  ['deepseek', DEEPSEEK_FIELDS],
];

/** A field of OpenAI's API, and what the provider must get; undefined: nothing of it. */
const FIELDS: readonly (readonly [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>])[] = [
  [{ max_completion_tokens: 50 }, { mistral: '"max_tokens":50', deepseek: '"max_tokens":50' }],
  [{ seed: 7 }, { mistral: '"random_seed":7' }],
  [{ store: true }, {}],
  [{ user: 'ada' }, {}],
  [{ service_tier: 'auto' }, {}],
  [{ metadata: { a: 'b' } }, {}],
  [{ parallel_tool_calls: true }, {}],
  [{ safety_identifier: 'x', prompt_cache_key: 'y' }, {}],
  [{ verbosity: 'low' }, {}],
];

const rows = PROVIDERS.flatMap(([id, fields]): Behaviour[] => {
  const rules = [takesOnly(fields), knownRoles];
  const common = { on: [id], ways: COMPLETIONS, rules, answers: ['Hello!'] };
  return [
    ...FIELDS.map(([field, sent]) => ({
      ...common,
      name: `${Object.keys(field).join(' and ')} of a completion: mapped or left out for ${id}`,
      steps: [{ say: 'go', completions: field }],
      check: ({ last }: Seen) => expect(JSON.stringify(last.body)).toContain(sent[id] ?? ''),
    })),
    {
      ...common,
      name: `the role developer: mapped for ${id}`,
      history: [{ role: 'developer', text: 'be-brief' }],
      check: ({ last }) => expect(last.messages[0]).toMatchObject({ role: 'system', texts: ['be-brief'] }),
    },
    {
      ...common,
      name: `stream_options of a completion: never a reason to refuse for ${id}`,
      ways: COMPLETIONS.slice(1),
      check: ({ answers: [answer] }) => expect(answer?.usage).toEqual({ input: 10, output: 5 }),
    },
  ];
});

contractSuite(__filename, 'fields of a completion that the provider does not know', {
  rows: [
    ...rows,
    {
      name: 'logprobs are asked of deepseek, which has them',
      ...{ on: ['deepseek'], ways: COMPLETIONS, rules: [takesOnly(DEEPSEEK_FIELDS)] },
      steps: [{ say: 'go', completions: { logprobs: true, top_logprobs: 2 } }],
      answers: ['Hello!'],
      check: ({ last }) => expect(last.body).toMatchObject({ logprobs: true, top_logprobs: 2 }),
    },
    {
      name: 'logprobs are not lost in silence on mistral, which has none',
      ...{ on: ['mistral'], ways: COMPLETIONS, rules: [takesOnly(MISTRAL_FIELDS)] },
      steps: [{ say: 'go', completions: { logprobs: true } }],
      answers: [{ status: 'failed', http: 400, param: 'logprobs' }],
    },
  ],
});
