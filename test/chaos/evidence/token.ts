import type { Random } from '../seeded-random';

const PATTERN = /\btk[0-9a-z]{12}\b/g;

/** A word that is in one message only; every word of the model's answer to that message carries it. */
export function newToken(random: Random): string {
  const part = (): string =>
    random
      .between(0, 36 ** 6 - 1)
      .toString(36)
      .padStart(6, '0');
  return `tk${part()}${part()}`;
}

/** The tokens in a text, each once. */
export const tokensIn = (text: string): string[] => [...new Set(text.match(PATTERN) ?? [])];

/** What a message asks the model for. */
export interface ReplyRequest {
  readonly token: string;
  readonly words: number;
  /** Milliseconds between two words. */
  readonly everyMs: number;
  /** Before it answers the model wants to run a command that a person has to allow. */
  readonly runs?: boolean;
}

export const contentOf = ({ token, words, everyMs, runs }: ReplyRequest): string =>
  `${token} ${runs ? 'run, then ' : ''}say ${words} words every ${everyMs} ms`;

export function replyRequestIn(content: string): ReplyRequest | undefined {
  const found = /(tk[0-9a-z]{12}) (run, then )?say (\d+) words every (\d+) ms/.exec(content);
  const [, token, runs, words, everyMs] = found ?? [];
  if (token === undefined) return undefined;
  return { token, words: Number(words), everyMs: Number(everyMs), runs: runs !== undefined };
}

/** The answer, word by word. */
export const answerTo = ({ token, words }: ReplyRequest): string[] =>
  Array.from({ length: words }, (_, index) => `${token} ${index} `);
