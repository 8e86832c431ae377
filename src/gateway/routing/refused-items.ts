import { createHash } from 'node:crypto';
import { isObject, JsonObject, objectsOf, textOf } from '../wire/json';

/** What the model reads instead of what a provider has refused. */
const PICTURE_LINE = '(A picture stood here. It is left out because the provider does not accept it.)';
const TEXT_LINE = '(What stood here is left out because the provider refused it.)';
const HISTORY_LINE = '(Earlier messages are left out because the provider refused them.)';

/** What of a conversation is not to go out again, by digests of items and pictures. */
export interface LeftOut {
  readonly pictures: Set<string>;
  /** Messages and outputs of tools that become a line. */
  readonly texts: Set<string>;
  /** Items that go altogether, with one line for all. */
  readonly items: Set<string>;
}

export const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64').slice(0, 22);

/** The input without what was refused; the newest message of the user always goes out. */
export function withoutRefused(input: readonly JsonObject[], { pictures, texts, items }: LeftOut): JsonObject[] {
  const newest = newestMessage(input);
  const kept: JsonObject[] = [];
  let hasLine = false;
  for (const [index, item] of input.entries()) {
    if (index === newest) kept.push(item);
    else if (items.size > 0 && items.has(digestOf(item))) {
      if (!hasLine) kept.push(userMessage(HISTORY_LINE));
      hasLine = true;
    } else if (texts.size > 0 && texts.has(digestOf(item))) kept.push(withContent(item, () => [textPart(TEXT_LINE)]));
    else kept.push(pictures.size > 0 && hasPictures(item) ? withoutPictures(item, pictures) : item);
  }
  return kept;
}

const textPart = (text: string): JsonObject => ({ type: 'input_text', text });
const userMessage = (text: string): JsonObject => ({ type: 'message', role: 'user', content: [textPart(text)] });

function withContent(item: JsonObject, change: (parts: readonly JsonObject[]) => readonly JsonObject[]): JsonObject {
  const field = isOutput(item) ? 'output' : 'content';
  return { ...item, [field]: change(objectsOf(item[field])) };
}

const withoutPictures = (item: JsonObject, refused: ReadonlySet<string>): JsonObject =>
  withContent(item, (parts) =>
    parts.map((part) => (isPicture(part) && refused.has(digestOf(part.image_url)) ? textPart(PICTURE_LINE) : part)),
  );

const isPicture = ({ type }: JsonObject): boolean => type === 'input_image';
const isOutput = ({ type }: JsonObject): boolean => textOf(type)?.endsWith('_call_output') === true;
const isUserMessage = ({ type, role }: JsonObject): boolean =>
  role === 'user' && (type === undefined || type === 'message');
const picturesIn = ({ content, output }: JsonObject): JsonObject[] =>
  [...objectsOf(content), ...objectsOf(output)].filter(isPicture);
const hasPictures = (item: JsonObject): boolean => picturesIn(item).length > 0;

/** Digests of the pictures of some items. */
export const pictureDigests = (items: readonly JsonObject[]): string[] =>
  items.flatMap(picturesIn).map(({ image_url }) => digestOf(image_url));

/** Digests of the thoughts that only the model that had them can open. */
export const sealedThoughts = (items: readonly JsonObject[]): string[] =>
  items.filter(isThought).map(({ encrypted_content }) => digestOf(encrypted_content));

export const withoutThoughts = (items: readonly JsonObject[], refused: ReadonlySet<string>): readonly JsonObject[] =>
  refused.size === 0
    ? items
    : items.filter((item) => !isThought(item) || !refused.has(digestOf(item.encrypted_content)));

const isThought = ({ type, encrypted_content }: JsonObject): boolean =>
  type === 'reasoning' && typeof encrypted_content === 'string';

/** Index of the newest message of the user; -1 for none. */
export const newestMessage = (input: readonly JsonObject[]): number => input.findLastIndex(isUserMessage);

/** What the model has not answered yet: the outputs of its last calls, or the newest message of the user. */
export function unansweredItems(input: readonly JsonObject[]): JsonObject[] {
  const newest = newestMessage(input);
  const outputs = input.slice(newest + 1).filter(isOutput);
  if (outputs.length === 0) return newest === -1 ? [] : input.slice(newest, newest + 1);
  const lastMade = input.findLastIndex((item) => !isOutput(item) && !isUserMessage(item));
  return input.slice(Math.max(lastMade, newest) + 1).filter(isOutput);
}

/** What was said before the newest message, without what the agent needs to know of its surroundings. */
export const earlierItems = (input: readonly JsonObject[]): JsonObject[] =>
  input.slice(0, Math.max(0, newestMessage(input))).filter((item) => !isInstruction(item));

/** Codex tells the model of its surroundings in the user's name, between tags or under a heading of its own. */
function isInstruction(item: JsonObject): boolean {
  if (item.role === 'developer' || item.role === 'system' || item.type === 'additional_tools') return true;
  if (!isUserMessage(item)) return false;
  const [first] = Array.isArray(item.content) ? item.content.filter(isObject) : [];
  return /^(<[a-z_]+>|# AGENTS\.md)/i.test(textOf(first?.text) ?? '');
}
