import { createContext, useContext } from 'react';

/** What a thread can do about earlier turns; null where nobody may, as in a chat that is only read. */
export interface BranchActions {
  readonly chatId: string;
  /** Opens the branch that is being made, or tells why there is none. */
  open(branch: Promise<string>): void;
}

export const BranchActionsContext = createContext<BranchActions | null>(null);

export const useBranchActions = (): BranchActions | null => useContext(BranchActionsContext);
