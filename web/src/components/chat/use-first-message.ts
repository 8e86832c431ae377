import { useCallback, useRef, useState } from 'react';
import { describeError } from '../../api/problem';
import { relayApi } from '../../api/relay-api';
import { openChat } from '../../browser/hash-route';
import type { Written } from '../../log/outgoing-message';
import { loadDraft, saveDraft } from '../../session/draft';
import { withUploads } from '../../session/local-files';
import { newOutgoing, saveOutgoing } from '../../session/outgoing-storage';

/** Keeps the text over a reload while the chat for it is being made; a chat that exists keeps its own. */
const UNSTARTED = 'unstarted';

export interface FailedStart {
  written: Written;
  reason: string;
}

/** Makes a chat for a first message, leaves the message in its outbox, and opens it. */
export function useFirstMessage(backend: string | undefined, projectId: string | null) {
  const [failure, setFailure] = useState<FailedStart | null>(interruptedStart);
  const isStarting = useRef(false);
  const start = useCallback(
    async (written: Written) => {
      if (isStarting.current) return;
      isStarting.current = true;
      setFailure(null);
      saveDraft(UNSTARTED, written.text);
      try {
        const chat = await relayApi.createChat({ ...(backend && { backend }), ...(projectId && { projectId }) });
        const sent = await withUploads(chat.id, written).catch(async (error: unknown) => {
          // Nothing is left behind of a start that has failed.
          await relayApi.deleteChat(chat.id).catch(() => undefined);
          throw error;
        });
        saveOutgoing(chat.id, [newOutgoing(sent, chat.lastSeq)]);
        saveDraft(UNSTARTED, '');
        openChat(chat.id);
      } catch (error) {
        setFailure({ written, reason: describeError(error) });
      } finally {
        isStarting.current = false;
      }
    },
    [backend, projectId],
  );
  return { start: useCallback((written: Written) => void start(written), [start]), failure };
}

function interruptedStart(): FailedStart | null {
  const text = loadDraft(UNSTARTED);
  return text ? { written: { text, images: [] }, reason: 'The page was closed before the server had answered.' } : null;
}
