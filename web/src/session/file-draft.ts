import { ownKey } from '../browser/own-storage';
import { readJson, writeText } from '../browser/storage';

/** A text of a file that was changed and not saved. */
export interface FileDraft {
  readonly text: string;
  /** Of the state of the file that it was made from. */
  readonly tag: string;
}

/** Longer ones outlive no reload: there would be no room left for anything else. */
const STORED_CHARS = 500_000;

/** Those of this tab, also where there is no storage. */
const drafts = new Map<string, FileDraft | null>();

/** What was typed in a file and not saved: in this tab, or last in any where this one has not touched it. */
export function loadFileDraft(chatId: string, path: string): FileDraft | null {
  const key = storageKey(chatId, path);
  const ofTab = drafts.get(key);
  if (ofTab !== undefined) return ofTab;
  const stored = readJson(key);
  return isFileDraft(stored) ? stored : null;
}

/** Null: there is none any more. @returns false where it would not outlive a reload of the page */
export function saveFileDraft(chatId: string, path: string, draft: FileDraft | null): boolean {
  const key = storageKey(chatId, path);
  // What is stored then is of another tab.
  if (draft === null && drafts.get(key) === null) return true;
  drafts.set(key, draft);
  const isKept = draft === null || (draft.text.length <= STORED_CHARS && writeText(key, JSON.stringify(draft)));
  // An older text is worse than none.
  if (draft === null || !isKept) writeText(key, null);
  return isKept;
}

const storageKey = (chatId: string, path: string): string => ownKey(`file.${chatId}.${path}`);

const isFileDraft = (value: unknown): value is FileDraft =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'tag' in value &&
  typeof value.tag === 'string';
