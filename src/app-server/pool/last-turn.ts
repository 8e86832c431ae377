import type { ParamsOf, ResultOf } from '../protocol/protocol';
import type { Turn } from '../protocol/generated/v2/Turn';
import { RequestRefusedError } from '../rpc/rpc.errors';

type TurnsList = 'thread/turns/list';

/** A thread that is loaded and has had no turn has nothing on disk yet. */
const NO_TURN_YET = /is not materialized yet/;

/** Asks codex for the newest turn of a thread, with all its items or none; null when the thread has had none. */
export async function readLastTurn(
  request: (method: TurnsList, params: ParamsOf<TurnsList>) => Promise<ResultOf<TurnsList>>,
  threadId: string,
  itemsView: 'full' | 'notLoaded' = 'full',
): Promise<Turn | null> {
  const newest = { threadId, limit: 1, sortDirection: 'desc', itemsView } as const;
  try {
    const { data } = await request('thread/turns/list', newest);
    return data[0] ?? null;
  } catch (error) {
    if (error instanceof RequestRefusedError && NO_TURN_YET.test(error.serverMessage)) return null;
    throw error;
  }
}
