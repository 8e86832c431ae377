import { t } from '../../languages/text';
import { useEffect, useState } from 'react';
import { leaveTurn } from '../../browser/hash-route';
import type { ChatSession } from '../../session/chat-session';

/** A turn to be led to; a new one each time that it is asked for. */
export interface SoughtTurn {
  readonly turnId: string;
}

/**
 * The turn that the address leads to, once it is loaded.
 * @param turnId null: none @param onMissing told where the chat has none of this id, or it could not be read
 */
export function useSoughtTurn(
  session: ChatSession,
  turnId: string | null,
  isReady: boolean,
  onMissing: (reason: unknown) => void,
): SoughtTurn | null {
  const [sought, setSought] = useState<SoughtTurn | null>(null);
  useEffect(() => {
    if (turnId === null || !isReady) return;
    session.reach(turnId).then(
      (isThere) => {
        leaveTurn(session.chatId);
        if (isThere) setSought({ turnId });
        else onMissing(new Error(t('This chat does not have the turn of the link.')));
      },
      (cause: unknown) => onMissing(cause),
    );
    // Whoever is told of it is another function with each render.
  }, [session, turnId, isReady]);
  return sought;
}
