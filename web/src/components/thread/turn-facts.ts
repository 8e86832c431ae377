import { createContext, useContext, useMemo } from 'react';
import type { Backend, Usage } from '../../api/types';
import type { TurnView } from '../../log/chat-view';

/** The backends on offer, by which a turn's model has a name and a price. */
export const BackendsContext = createContext<readonly Backend[]>([]);

type Model = Backend['models'][number];

/** What a turn was run with: its name as people know it, and its cost where its price is known. */
export interface TurnModel {
  name: string;
  /** In the operator's currency. */
  cost: number | null;
}

/** Null where nobody knows what it was run with. */
export function useTurnModel({ backend, model, usage }: TurnView): TurnModel | null {
  const backends = useContext(BackendsContext);
  return useMemo(() => modelOf(backends, { backend, model, usage }), [backends, backend, model, usage]);
}

export function modelOf(
  backends: readonly Backend[],
  { backend: id, model, usage }: Pick<TurnView, 'backend' | 'model' | 'usage'>,
): TurnModel | null {
  if (id === null) return null;
  const backend = backends.find((each) => each.id === id);
  const name = model ?? backend?.model;
  const known = backend?.models.find((each) => each.name === name);
  return { name: known?.displayName ?? name ?? id, cost: usage && known ? costOf(usage, known) : null };
}

const MILLION = 1_000_000;

function costOf({ inputTokens, cachedInputTokens, outputTokens }: Usage, { price }: Model): number | null {
  if (price === null) return null;
  const fresh = inputTokens - cachedInputTokens;
  return (fresh * price.input + cachedInputTokens * price.cached + outputTokens * price.output) / MILLION;
}
