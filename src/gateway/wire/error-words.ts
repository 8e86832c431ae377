import { ProviderAnswer } from './provider-answer';

/** What a provider's words and codes say. */
export type ErrorKind =
  | 'content_filter'
  | 'context_length_exceeded'
  | 'upstream_unauthorized'
  | 'usage_limit_exceeded'
  | 'image_not_accepted'
  | 'model_not_found'
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
    by: 'OpenAI, Azure, Alibaba, DeepSeek, Zhipu, xAI, MiniMax, Anthropic, Google, OpenRouter',
    codes: [
      ...['content_?filter', 'content_?policy', 'data_?inspection_?failed', 'moderation', 'ResponsibleAI'],
      ...['content_blocked', 'sensitive_(content|words)', 'image_content_policy', 'policy_violation', '\\b1301\\b'],
    ],
    words: [
      ...['content exists risk', 'content management policy', 'content policy violation', 'inappropriate content'],
      '(flagged|rejected|blocked) (by|as a result of) (our|the) (safety|content|moderation)',
      ...['potentially sensitive', 'new_sensitive', 'sensitive words', '敏感内容'],
      ...['(violates|violating) (our |the )?(usage|content|safety) (policy|policies|guidelines)', 'SAFETY_CHECK'],
      ...['blocked by (our |the )?content filter', 'requires moderation', 'your input was flagged'],
    ],
  },
  context_length_exceeded: {
    by: 'OpenAI, Azure, vLLM, SGLang, TGI, llama.cpp, LM Studio, Ollama, Anthropic, Gemini, Mistral, Groq, xAI, Bedrock, Cohere, Alibaba, Moonshot, MiniMax, GitHub',
    codes: [
      ...['context_length_exceeded', 'exceed_context_size', 'context_window_exceeded', 'tokens_limit_reached'],
      'max_prompt_tokens_exceeded',
    ],
    words: [
      'maximum (context|prompt|model|input) length',
      'context[ _](length|window|size|limit).{0,40}exceed',
      'exceed.{0,60}context',
      'context the overflows',
      '(prompt|input|conversation) (is|was) too long',
      '(prompt|input) (token count|tokens?|length).{0,40}exceed',
      '(prompt|input).{0,40}longer than the model',
      '(number of|total|requested|prompt_) ?tokens.{0,60}exceed',
      'length of your prompt exceeds',
      'context (length|window) (limit )?reached|context window limit',
      'exceeded model token limit',
      'range of input length should be',
      'inputs` tokens \\+',
      'body too large for \\S+ model',
      'exceed.{0,40}(input token|configured limit)',
      'too large for model',
      'reduce the length of',
      'too many (input )?tokens(?! per)',
    ],
  },
  upstream_unauthorized: {
    by: 'Gemini and xAI, with the status 400',
    codes: ['api_key_invalid', 'invalid_api_key'],
    words: ['api key (not valid|expired)', 'incorrect api key provided'],
  },
  usage_limit_exceeded: {
    by: 'OpenAI, DeepSeek, Anthropic, OpenRouter, xAI, Alibaba, Moonshot',
    codes: ['insufficient_quota', 'usage_limit_reached', 'billing', 'credits?_exhausted', 'arrearage', 'current_quota'],
    words: [
      ...['exceeded your current quota', 'insufficient (balance|credits|funds)', 'credit balance is too low'],
      ...['requires more credits', 'key limit exceeded', 'used all available credits', 'monthly spending limit'],
      'account is in good standing',
    ],
  },
  image_not_accepted: {
    by: 'models that read text alone, and those that cannot read this picture; Groq and DeepSeek speak of the form that only pictures have',
    codes: [
      '(invalid|unsupported|empty|bad)_(base64_)?image',
      'image_(parse_error|too_|file_too_|url_)',
      'download_image',
    ],
    words: [
      '(image|vision|picture|multimodal)\\S*( \\w+){0,4} (is|are|was) (not|only) (supported|accepted|allowed)',
      "(not|n't|unable to|no endpoints found that) (support|accept|process|read)( \\w+){0,3} (image|vision|picture|multimodal)",
      '(image|picture)\\S*( \\w+){0,2} could not be (processed|read|decoded|downloaded)',
      '(could not|unable to|failed to) (process|read|decode|download|load)( \\w+){0,3} (image|picture)',
      '(invalid|unsupported|corrupt|malformed)( \\w+)? (image|picture)',
      'is not a multimodal model',
      'required for image input',
      'unknown variant `(image|input_image)',
      'image (exceeds|is too large|is not valid|does not (match|represent)|url must be|type does not)',
      'image dimensions exceed',
      'represent a valid image',
      '(cannot|could not|failed to) (identify|extract)( \\w+)? (image|picture)',
      'at most \\d+ image',
      'image_url( is|.$|.? *$)|(got|type:) .?image_url',
      'error while downloading http',
      'mime type:? image/|should be image/',
      'only text content is supported|unexpected item type in content',
      'content.{0,30}must be a string',
    ],
  },
  model_not_found: {
    by: 'OpenRouter, DeepSeek, Groq, Bedrock and Mistral, with the status 400',
    codes: ['model_not_found', 'invalid_model', 'model_decommissioned', 'unknown_model'],
    words: [
      ...[
        'not a valid model',
        'model (not exist|does not exist|identifier is invalid)',
        'model `[^`]*` does not exist',
      ],
      'has been decommissioned',
    ],
  },
  invalid_history: {
    by: 'chat templates, Mistral, Anthropic, OpenAI, DeepSeek, Gemini, Bedrock',
    codes: ['invalid_encrypted_content'],
    words: [
      ...['roles must alternate', 'unexpected role', 'tool_use.{0,40}(without|ids)', 'tool call id'],
      ...['tool_call_ids? (did|must)', 'no tool (call|output) found', 'found `tool_use`', 'expected last role'],
      ...['must be followed by tool messages', 'must be a response to a prece', 'function (call turn|response parts)'],
      ...['same number of function calls', 'toolResult blocks', 'must (start|end) with a user', 'thought_signature'],
      ...['signature` in `thinking', 'reasoning_content` in the thinking', 'text content blocks must be non-empty'],
      ...['without its required following item', 'duplicate item', 'encrypted content .{0,60}could not be verified'],
      ...['assistant messages at the end', '(message|response) prefill', 'cannot end with trailing whitespace'],
      ...['only user and assistant roles', 'system message must be'],
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
