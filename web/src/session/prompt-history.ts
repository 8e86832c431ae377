import { ownKey } from '../browser/own-storage';
import { readJson, writeJson } from '../browser/storage';

const keyOf = (): string => ownKey('history');
const MOST = 50;
/** A longer text is no prompt that is written again. */
const MOST_CHARACTERS = 4_000;

/** What this person has sent from this browser, the newest first. */
export function sentPrompts(): readonly string[] {
  const stored = readJson(keyOf());
  return Array.isArray(stored) ? stored.filter((one): one is string => typeof one === 'string') : [];
}

export function rememberPrompt(text: string): void {
  const prompt = text.trim();
  if (prompt !== '' && prompt.length <= MOST_CHARACTERS) writeJson(keyOf(), withPrompt(sentPrompts(), prompt));
}

/** Each once. */
export const withPrompt = (prompts: readonly string[], prompt: string): string[] =>
  [prompt, ...prompts.filter((one) => one !== prompt)].slice(0, MOST);

/** A walk through what was sent, which begins and ends at nothing written. */
export class PromptWalk {
  private position = -1;

  constructor(private readonly prompts: readonly string[]) {}

  /** @returns the text to be shown; null: there is none further on */
  step(by: 1 | -1): string | null {
    const next = this.position + by;
    if (next < -1 || next >= this.prompts.length) return null;
    this.position = next;
    return this.current;
  }

  get current(): string {
    return this.prompts[this.position] ?? '';
  }
}
