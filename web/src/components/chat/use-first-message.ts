import { useCallback, useEffect, useRef, useState } from 'react';
import { describeError } from '../../api/problem';
import { relayApi } from '../../api/relay-api';
import type { NewChat } from '../../api/types';
import { openChat } from '../../browser/hash-route';
import type { Written } from '../../log/outgoing-message';
import { loadDraft, saveDraft } from '../../session/draft';
import { withUploads } from '../../session/local-files';
import { newOutgoing, saveOutgoing } from '../../session/outgoing-storage';
import { t } from '../../languages/text';

/** Keeps the text over a reload while the chat for it is being made; a chat that exists keeps its own. */
const UNSTARTED = 'unstarted';

export interface FailedStart {
  written: Written;
  reason: string;
}

/** How long a message waits for what its chat is to be made from. */
const HOLD_MS = 20_000;

export interface FirstMessage {
  written: Written;
  /** Id of the template that goes with it. */
  template?: string;
}

/**
 * Makes a chat for a first message, leaves the message in its outbox, and opens it.
 *
 * @param make null until it is known what was chosen for new chats: the message waits for that, for a chat made without
 *   it could do more than its owner allows
 */
export function useFirstMessage(make: ((message: FirstMessage) => [Written, NewChat]) | null) {
  const [failure, setFailure] = useState<FailedStart | null>(interruptedStart);
  const [held, setHeld] = useState<FirstMessage | null>(null);
  const isStarting = useRef(false);
  const start = useCallback(async (written: Written, made: NewChat) => {
    if (isStarting.current) return;
    isStarting.current = true;
    setFailure(null);
    saveDraft(UNSTARTED, written.text);
    try {
      const chat = await relayApi.createChat(made);
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
  }, []);
  useEffect(() => {
    if (held === null) return;
    if (make !== null) {
      setHeld(null);
      void start(...make(held));
      return;
    }
    const timer = setTimeout(() => {
      setHeld(null);
      setFailure({ written: held.written, reason: t('The server could not be reached.') });
    }, HOLD_MS);
    return () => clearTimeout(timer);
  }, [held, make, start]);
  const hold = useCallback((message: FirstMessage) => {
    saveDraft(UNSTARTED, message.written.text);
    setHeld((before) => before ?? message);
  }, []);
  return { start: hold, failure };
}

function interruptedStart(): FailedStart | null {
  const text = loadDraft(UNSTARTED);
  return text
    ? { written: { text, images: [] }, reason: t('The page was closed before the server had answered.') }
    : null;
}
