import type OpenAI from 'openai';

/** How a check went: `no` is an answer that is not what was asked for, `failed` is none. */
export type Outcome = 'works' | 'no' | 'failed' | 'skipped';

/** What one check found. */
export interface Finding {
  readonly outcome: Outcome;
  /** In a few words: what the model answered, or why there is no answer. */
  readonly note: string;
}

/** The model that is looked at, and how it is reached. */
export interface CheckedModel {
  readonly client: OpenAI;
  /** As requests name it. */
  readonly name: string;
  readonly takesPictures: boolean;
  /** Empty: none is known. */
  readonly efforts: readonly string[];
  /** Tokens. */
  readonly contextWindow: number;
}

/** A small real call, or a few that belong together. */
export interface Check {
  readonly name: string;
  /** @throws what the client throws. */
  readonly run: (model: CheckedModel) => Promise<Finding>;
}

const MAX_NOTE_LENGTH = 80;

/** On one line, without what a terminal would act on. */
export const inShort = (text: string): string => {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > MAX_NOTE_LENGTH ? `${line.slice(0, MAX_NOTE_LENGTH)}...` : line;
};

export const works = (note = ''): Finding => ({ outcome: 'works', note: inShort(note) });
export const no = (note: string): Finding => ({ outcome: 'no', note: inShort(note) });
export const skipped = (note: string): Finding => ({ outcome: 'skipped', note });

/** `works` where the answer is as it should be, else `no` with the answer. */
export const judged = (isRight: boolean, answer: string): Finding =>
  isRight ? works(answer) : no(answer === '' ? 'the answer is empty' : answer);
