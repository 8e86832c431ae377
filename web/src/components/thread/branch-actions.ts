import { createContext, useContext } from 'react';
import type { Backend } from '../../api/types';

/** What a thread can do about earlier turns; null where nobody may, as in a chat that is only read. */
export interface BranchActions {
  readonly chatId: string;
  /** What else could answer. */
  readonly backends: readonly Backend[];
  /** Opens the branch that is being made, or tells why there is none. */
  open(branch: Promise<string>): void;
}

export const BranchActionsContext = createContext<BranchActions | null>(null);

export const useBranchActions = (): BranchActions | null => useContext(BranchActionsContext);
