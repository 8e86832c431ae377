import { useMemo } from 'react';
import type { ActionCut } from '../../log/chat-view';
import { useChatActions } from '../thread/chat-actions';

/** How all of an action is fetched that is here in part. */
export interface Whole extends ActionCut {
  fetch: () => Promise<void>;
}

export function useWhole(actionId: string, cut: ActionCut | null): Whole | null {
  const actions = useChatActions();
  return useMemo(() => cut && { ...cut, fetch: () => actions.fetchAction(actionId) }, [actions, actionId, cut]);
}
