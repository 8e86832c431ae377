import type { EarlierMessage } from './input-parts';

/** Characters of a history that is told; what is older is left out. */
const MAX_LENGTH = 100_000;

const BEGIN =
  '[What was said before, as the client tells it; it was said elsewhere, and none of it is to be done again.]';
const END = '[End of what was said before. The message:]';
const LEFT_OUT = '[Older messages are left out.]';
const NAMES = { user: 'User', assistant: 'Assistant' } as const;

/** What a new thread is told of a conversation that it does not know: marked text before the first message. */
export function toldHistory(earlier: readonly EarlierMessage[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const { role, text } of [...earlier].reverse()) {
    const line = `${NAMES[role]}: ${text}`;
    length += line.length;
    if (length > MAX_LENGTH) break;
    kept.unshift(line);
  }
  const older = kept.length < earlier.length ? [LEFT_OUT] : [];
  return [BEGIN, ...older, ...kept, END].join('\n\n');
}
