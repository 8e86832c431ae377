import { createContext, useContext } from 'react';

/** What the blocks of a thread can ask of their chat. */
export interface ChatActions {
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
}

const nothing: ChatActions = { retry: () => undefined, discard: () => undefined };

export const ChatActionsContext = createContext<ChatActions>(nothing);

export function useChatActions(): ChatActions {
  return useContext(ChatActionsContext);
}
