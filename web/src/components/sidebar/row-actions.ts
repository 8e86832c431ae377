import { createContext, useContext } from 'react';
import type { Chat, ChatChanges } from '../../api/types';
import { type Attention, noAttention } from '../../session/attention';

/** What the rows of the list show and do, wherever they stand. */
export interface RowActions {
  openChatId: string | null;
  attention: Attention;
  change: (chat: Chat, changes: ChatChanges) => void;
  pin: (chat: Chat, isPinned: boolean) => void;
  /** Asks first. */
  remove: (chat: Chat) => void;
}

const NONE: RowActions = {
  openChatId: null,
  attention: noAttention,
  change: () => undefined,
  pin: () => undefined,
  remove: () => undefined,
};

export const RowActionsContext = createContext<RowActions>(NONE);
export const useRowActions = (): RowActions => useContext(RowActionsContext);
