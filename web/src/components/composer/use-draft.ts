import { useAui, useAuiState } from '@assistant-ui/react';
import { useEffect, useRef } from 'react';
import { loadDraft, saveDraft } from '../../session/draft';

/** Keeps what is typed over reloads, and takes back a text that could not be sent. */
export function useDraft(chatId: string | null, returnedText?: string): void {
  const aui = useAui();
  const text = useAuiState((state) => state.composer.text);
  const isRestored = useRef(false);
  useEffect(() => {
    if (isRestored.current) return saveDraft(chatId, text);
    isRestored.current = true;
    const draft = loadDraft(chatId);
    if (draft) aui.composer().setText(draft);
  }, [aui, chatId, text]);
  useEffect(() => {
    if (returnedText) aui.composer().setText(returnedText);
  }, [aui, returnedText]);
}
