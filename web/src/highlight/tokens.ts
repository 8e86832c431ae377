import type { Language } from './languages';

/** A piece of a line with its colour in both themes, as CSS; empty: that of the text. */
export interface Token {
  text: string;
  color: string;
}

export type TokenLine = readonly Token[];

/** What the page asks of the worker. */
export interface HighlightRequest {
  id: number;
  code: string;
  language: Language;
}

/** `lines` is null where the code could not be told apart. */
export interface HighlightAnswer {
  id: number;
  lines: TokenLine[] | null;
}
