/** Which ids of calls a provider takes. */
export interface CallIdForm {
  readonly pattern: RegExp;
  /** Of the ids that are made for others: so many characters behind the prefix. */
  readonly prefix: string;
  readonly digits: number;
}

/** What a type of provider takes of a conversation, beyond what its protocol says. */
export interface Dialect {
  /**
   * Whether user and assistant must take turns behind one system message: the chat templates of many models refuse any other
   * order, and with it the model every request.
   */
  readonly rolesAlternate: boolean;
  /** Whether a conversation must begin with the user. */
  readonly beginsWithUser: boolean;
  /** Whether the user may speak right after the output of a tool. */
  readonly userAfterTool: boolean;
  readonly callIds: CallIdForm;
  /** Whether a text may consist of white space. */
  readonly blankText: boolean;
  /** Whether it refuses to think on over calls that come without the thoughts that led to them. */
  readonly thoughtsBesideCalls: boolean;
}

const UP_TO_64: CallIdForm = { pattern: /^[^]{1,64}$/, prefix: 'call_', digits: 24 };
const TOKEN_UP_TO_64: CallIdForm = { ...UP_TO_64, pattern: /^[a-zA-Z0-9_-]{1,64}$/ };
const NINE_LETTERS: CallIdForm = { pattern: /^[a-zA-Z0-9]{9}$/, prefix: '', digits: 9 };

const LOOSE: Dialect = {
  ...{ rolesAlternate: false, beginsWithUser: false, userAfterTool: true, callIds: UP_TO_64 },
  ...{ blankText: true, thoughtsBesideCalls: false },
};
/** Any model may stand behind these, with its own chat template. */
const TEMPLATED: Dialect = { ...LOOSE, rolesAlternate: true, beginsWithUser: true };
const CLAUDE: Dialect = {
  ...{ ...LOOSE, beginsWithUser: true, callIds: TOKEN_UP_TO_64 },
  ...{ blankText: false, thoughtsBesideCalls: true },
};

/** By the provider's `type` in `llm_backends.yaml`; what is not here is loose. */
const DIALECTS: Readonly<Record<string, Dialect>> = {
  'openai-compatible': TEMPLATED,
  ollama: TEMPLATED,
  vllm: TEMPLATED,
  azure: TEMPLATED,
  groq: TEMPLATED,
  openrouter: { ...TEMPLATED, callIds: TOKEN_UP_TO_64 },
  mistral: { ...TEMPLATED, userAfterTool: false, callIds: NINE_LETTERS },
  deepseek: { ...TEMPLATED, thoughtsBesideCalls: true },
  anthropic: CLAUDE,
  bedrock: CLAUDE,
  google: { ...LOOSE, beginsWithUser: true },
};

export const dialectOf = (type: string): Dialect =>
  (Object.hasOwn(DIALECTS, type) ? DIALECTS[type] : undefined) ?? LOOSE;

/** What stands for the user where a conversation does not begin with one. */
export const OPENING = 'Continue.';
/** What stands for the assistant between a tool and the user. */
export const INTERLUDE = 'I have the output.';
/** What stands for the output of a tool that said nothing. */
export const NO_OUTPUT = '(no output)';
