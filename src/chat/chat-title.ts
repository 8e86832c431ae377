import { visibleLine } from '../common/hidden-characters';
import { textOf } from './dto/message.dto';
import type { ContentPart } from './entities/message.entity';

const TITLE_LENGTH = 80;

/** The title that a chat has by its first message. */
export const titleFrom = (content: readonly ContentPart[]): string =>
  asTitle(textOf(content)) || asTitle(fileNameIn(content));

/** A text as a title: one line without hidden characters, shortened; empty where nothing is left. */
export function asTitle(text: string): string {
  const line = visibleLine(text);
  if (line.length <= TITLE_LENGTH) return line;
  // Not half of a character that takes two places, such as an emoji.
  return `${line.slice(0, TITLE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const fileNameIn = (content: readonly ContentPart[]): string =>
  content.flatMap((part) => ('fileName' in part ? (part.fileName ?? []) : []))[0] ?? '';
