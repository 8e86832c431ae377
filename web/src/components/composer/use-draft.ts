import { useAui, useAuiState } from '@assistant-ui/react';
import { useEffect, useRef } from 'react';
import type { Written } from '../../log/outgoing-message';
import { loadDraft, saveDraft } from '../../session/draft';
import { fileAttachment } from './file-attachment';
import { imageAttachment } from './image-attachment';

/** Keeps what is typed over reloads, and takes back what could not be sent. */
export function useDraft(chatId: string | null, returned?: Written): void {
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
    if (!returned) return;
    const composer = aui.composer();
    composer.setText(returned.text);
    returned.images.forEach((url, index) => void composer.addAttachment(imageAttachment(url, `Picture ${index + 1}`)));
    returned.files?.forEach((file) => void composer.addAttachment(fileAttachment(file)));
  }, [aui, returned]);
}
