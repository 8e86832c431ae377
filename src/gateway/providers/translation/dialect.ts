/** Which ids of calls a provider takes. */
export interface CallIdForm {
  readonly pattern: RegExp;
  /** The same in words. */
  readonly words: string;
  /** Of the ids that are made for others: so many characters behind the prefix. */
  readonly prefix: string;
  readonly digits: number;
}

/**
 * What becomes of a field of OpenAI's that a provider's API does not have as it is: it goes out under another name, is left out
 * because the answer is the same without it, or is refused because it would not be.
 */
export type Treatment = { readonly as: string } | 'left out' | 'refused';

/** The options that the AI SDK's provider has for what a request says. */
export interface SdkOptions {
  /** Name under which it takes them. */
  readonly key: string;
  /** Those of every request. */
  readonly always?: Readonly<Record<string, boolean>>;
  /** Those of a request that wants one call at a time. */
  readonly oneCall?: Readonly<Record<string, boolean>>;
  /** Whether an answer is to fit its schema to the letter is said by an option of this name. */
  readonly strictSchema?: string;
}

/** What a type of provider takes, beyond or below what its protocol says. */
export interface Dialect {
  /** Where the rules stand: the provider's documentation. */
  readonly source: string;

  /** Fields of `/v1/chat/completions`; one that is not named goes out as it came. */
  readonly fields: Readonly<Record<string, Treatment>>;
  /** The role that a developer's messages have. */
  readonly developerRole: 'developer' | 'system';
  /** Whether it can be told to call one tool at a time. */
  readonly oneCallAtATime: boolean;
  /** Whether it has a field for an answer in JSON without a schema; else it is asked for in words. */
  readonly jsonObject: boolean;
  /** How pictures and files may be given: some providers fetch nothing. */
  readonly pictures: 'bytes or address' | 'bytes';
  /** Whether it takes files that are no pictures. */
  readonly documents: boolean;

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
  /** Whether arguments of earlier calls can be given as text, word for word, instead of as objects. */
  readonly argumentText: boolean;
  /** Whether it refuses to think on over calls that come without the thoughts that led to them. */
  readonly thoughtsBesideCalls: boolean;

  /** Whether models behind it may write their thoughts into their text, between `<think>` and `</think>`. */
  readonly thinksInText: boolean;
  readonly sdk?: SdkOptions;
}

/** What stands for the user where a conversation does not begin with one. */
export const OPENING = 'Continue.';
/** What stands for the assistant between a tool and the user. */
export const INTERLUDE = 'I have the output.';
/** What stands for the output of a tool that said nothing. */
export const NO_OUTPUT = '(no output)';
