import { type Attachment, useAui, useAuiState } from '@assistant-ui/react';
import { useEffect, useRef } from 'react';
import type { Written } from '../../log/outgoing-message';
import { loadDraft, saveDraft } from '../../session/draft';
import { fileAttachment } from './file-attachment';
import { imageAttachment } from './image-attachment';
import { t } from '../../languages/text';

/** Pictures and files beside each draft. They are too large for what outlives a reload, but not for the page made anew in another language. */
const beside = new Map<string | null, readonly Attachment[]>();

/** Keeps what is typed over reloads, what is attached as long as the page is open, and takes back what could not be sent. */
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
  useAttachments(chatId);
  useEffect(() => {
    if (!returned) return;
    const composer = aui.composer();
    composer.setText(returned.text);
    returned.images.forEach(
      (url, index) => void composer.addAttachment(imageAttachment(url, t('Picture {{number}}', { number: index + 1 }))),
    );
    returned.files?.forEach((file) => void composer.addAttachment(fileAttachment(file)));
  }, [aui, returned]);
}

function useAttachments(chatId: string | null): void {
  const aui = useAui();
  const attachments = useAuiState((state) => state.composer.attachments);
  const isRestored = useRef(false);
  useEffect(() => {
    if (isRestored.current) {
      if (attachments.length === 0) beside.delete(chatId);
      else beside.set(chatId, attachments);
      return;
    }
    isRestored.current = true;
    for (const { type, name, contentType, content = [] } of beside.get(chatId) ?? []) {
      void aui.composer().addAttachment({ type, name, contentType, content });
    }
  }, [aui, chatId, attachments]);
}
