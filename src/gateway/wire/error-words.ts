import { ProviderAnswer } from './provider-answer';

/** What a provider's words and codes say. */
export type ErrorKind =
  | 'content_filter'
  | 'context_length_exceeded'
  | 'upstream_unauthorized'
  | 'usage_limit_exceeded'
  | 'image_not_accepted'
  | 'invalid_history';

/** By what an error is known: each text is a pattern without regard to case. */
interface ErrorWords {
  /** Whose words they are. */
  readonly by: string;
  /** In its code or type. */
  readonly codes: readonly string[];
  /** In its message. */
  readonly words: readonly string[];
}

/**
 * The words by which the kinds of refusals are told apart. They are no provider's alone: what one says comes through every
 * proxy and server that passes it on.
 */
export const ERROR_WORDS: Readonly<Record<ErrorKind, ErrorWords>> = {
  content_filter: {
    by: 'OpenAI, Azure, Alibaba, DeepSeek, Zhipu',
    codes: [
      ...['content_?filter', 'content_?policy', 'data_?inspection_?failed', 'moderation', 'ResponsibleAI'],
      ...['content_blocked', 'sensitive_(content|words)', 'image_content_policy'],
    ],
    words: [
      ...['content exists risk', 'content management policy', 'content policy violation', 'inappropriate content'],
      '(flagged|rejected|blocked) (by|as a result of) (our|the) (safety|content|moderation)',
      'potentially sensitive',
    ],
  },
  context_length_exceeded: {
    by: 'OpenAI, Azure, vLLM, llama.cpp, LM Studio, Ollama, Anthropic, Gemini, Mistral, Groq, xAI, Bedrock, Moonshot, Alibaba, Cohere',
    codes: ['context_length_exceeded', 'exceed_context_size', 'context_window_exceeded'],
    words: [
      'maximum (context|prompt|model|input) length',
      'context[ _](length|window|size|limit).{0,40}exceed',
      'exceed.{0,60}context',
      'context the overflows',
      '(prompt|input) (is|was) too long',
      'input (token count|tokens?|length).{0,40}exceed',
      'exceed.{0,40}(input token|configured limit)',
      'too large for model',
      'reduce the length of',
      'exceeded model token limit',
      'range of input length should be',
      'too many (input )?tokens(?! per)',
    ],
  },
  upstream_unauthorized: {
    by: 'Gemini and xAI, with the status 400',
    codes: ['api_key_invalid', 'invalid_api_key'],
    words: ['api key not valid', 'incorrect api key provided'],
  },
  usage_limit_exceeded: {
    by: 'OpenAI, DeepSeek, Anthropic, OpenRouter',
    codes: ['insufficient_quota', 'usage_limit_reached', 'billing', 'credits?_exhausted'],
    words: [
      ...['exceeded your current quota', 'insufficient (balance|credits|funds)', 'credit balance is too low'],
      'requires more credits',
    ],
  },
  image_not_accepted: {
    by: 'models that read text alone, and those that cannot read this picture; Groq and DeepSeek speak of the form that only pictures have',
    codes: ['invalid_image', 'image_parse_error'],
    words: [
      '(image|vision|picture|multimodal)\\S*( \\w+){0,4} (is|are|was) (not|only) (supported|accepted|allowed)',
      "(not|n't|unable to|no endpoints found that) (support|accept|process|read)( \\w+){0,3} (image|vision|picture|multimodal)",
      '(image|picture)\\S*( \\w+){0,2} could not be (processed|read|decoded|downloaded)',
      '(could not|unable to|failed to) (process|read|decode|download|load)( \\w+){0,3} (image|picture)',
      '(invalid|unsupported|corrupt|malformed)( \\w+)? (image|picture)',
      'is not a multimodal model',
      'required for image input',
      'unknown variant `(image|input_image)',
      'image (exceeds|is too large)',
      'content must be a string',
    ],
  },
  invalid_history: {
    by: 'chat templates, Mistral, Anthropic, OpenAI',
    codes: [],
    words: [
      ...['roles must alternate', 'unexpected role', 'tool_use.{0,40}(without|ids)', 'tool call id'],
      ...['tool_call_ids? (did|must)', 'no tool call found', 'found `tool_use`'],
    ],
  },
};

const NEVER = /(?!)/;
const anyOf = (patterns: readonly string[]): RegExp =>
  patterns.length === 0 ? NEVER : new RegExp(patterns.join('|'), 'i');

const PATTERNS = new Map(
  Object.entries(ERROR_WORDS).map(([kind, { codes, words }]) => [
    kind,
    { codes: anyOf(codes), words: anyOf(words) } as const,
  ]),
);

/** Whether an answer says what the kind is known by. */
export function says(kind: ErrorKind, { code, message }: ProviderAnswer): boolean {
  const patterns = PATTERNS.get(kind);
  return patterns !== undefined && (patterns.codes.test(code) || patterns.words.test(message));
}
