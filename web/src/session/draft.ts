import { ownKey } from '../browser/own-storage';
import { readOfTab, readText, writeOfTab, writeText } from '../browser/storage';

/**
 * What was typed but not sent, by chat; null is the page of a new chat. Each tab has its own, which outlives a reload; one that
 * is opened anew begins with what was typed last in any.
 */
export function loadDraft(chatId: string | null): string {
  const key = storageKey(chatId);
  return readOfTab(key) ?? readText(key) ?? '';
}

export function saveDraft(chatId: string | null, text: string): void {
  const key = storageKey(chatId);
  // An empty one is remembered: the draft of another tab is not this one's.
  writeOfTab(key, text);
  writeText(key, text || null);
}

function storageKey(chatId: string | null): string {
  return ownKey(`draft.${chatId ?? 'new'}`);
}
