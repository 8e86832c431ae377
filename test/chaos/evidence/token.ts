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
export interface Wish {
  readonly token: string;
  readonly words: number;
  /** Milliseconds between two words. */
  readonly everyMs: number;
}

export const contentOf = ({ token, words, everyMs }: Wish): string => `${token} say ${words} words every ${everyMs} ms`;

export function wishIn(content: string): Wish | undefined {
  const [, token, words, everyMs] = /(tk[0-9a-z]{12}) say (\d+) words every (\d+) ms/.exec(content) ?? [];
  return token === undefined ? undefined : { token, words: Number(words), everyMs: Number(everyMs) };
}

/** The answer, word by word. */
export const answerTo = ({ token, words }: Wish): string[] =>
  Array.from({ length: words }, (_, index) => `${token} ${index} `);
