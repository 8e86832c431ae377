import { readText, writeText } from '../browser/storage';

/** What was typed but not sent, by chat; null is the page of a new chat. */
export function loadDraft(chatId: string | null): string {
  return readText(storageKey(chatId)) ?? '';
}

export function saveDraft(chatId: string | null, text: string): void {
  writeText(storageKey(chatId), text || null);
}

function storageKey(chatId: string | null): string {
  return `relay.draft.${chatId ?? 'new'}`;
}
