import type { Written } from '../../log/outgoing-message';
import { createContext, useContext } from 'react';

/** What the blocks of a thread can ask of their chat. */
export interface ChatActions {
  /** Left out: nothing can be said here. */
  send?(written: Written): void;
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  /** Fetches all of an action that is here in part. */
  fetchAction(id: string): Promise<void>;
  /** Fetches all of a turn's diff that is here in part. */
  fetchTurnDiff(turnId: string): Promise<void>;
}

const nothing: ChatActions = {
  ...{ retry: () => undefined, discard: () => undefined },
  ...{ fetchAction: () => Promise.resolve(), fetchTurnDiff: () => Promise.resolve() },
};

export const ChatActionsContext = createContext<ChatActions>(nothing);

export function useChatActions(): ChatActions {
  return useContext(ChatActionsContext);
}

/** Whether who has the page open may do something in the chat, too. */
export const useMayWrite = (): boolean => useChatActions().send !== undefined;

/** The same for who may only read. */
export const readingOf = (actions: ChatActions): ChatActions => ({
  retry: (clientMessageId) => actions.retry(clientMessageId),
  discard: (clientMessageId) => actions.discard(clientMessageId),
  fetchAction: (id) => actions.fetchAction(id),
  fetchTurnDiff: (turnId) => actions.fetchTurnDiff(turnId),
});
