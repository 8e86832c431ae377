import type { ParamsOf, ResultOf } from '../protocol/protocol';
import type { Turn } from '../protocol/generated/v2/Turn';
import { RequestRefusedError } from '../rpc/rpc.errors';

type TurnsList = 'thread/turns/list';

/** A thread that is loaded and has had no turn has nothing on disk yet. */
const NO_TURN_YET = /is not materialized yet/;

type Ask = (method: TurnsList, params: ParamsOf<TurnsList>) => Promise<ResultOf<TurnsList>>;

/** Asks codex for the newest turn of a thread, with all its items or none; null when the thread has had none. */
export async function readLastTurn(
  request: Ask,
  threadId: string,
  itemsView: 'full' | 'notLoaded' = 'full',
): Promise<Turn | null> {
  const [newest] = await readTurns(request, { threadId, limit: 1, itemsView });
  return newest ?? null;
}

/** Asks codex for the newest turns of a thread, the newest first; none when the thread has had none. */
export async function readTurns(
  request: Ask,
  which: Pick<ParamsOf<TurnsList>, 'threadId' | 'limit' | 'itemsView'>,
): Promise<Turn[]> {
  try {
    const { data } = await request('thread/turns/list', { ...which, sortDirection: 'desc' });
    return data;
  } catch (error) {
    if (error instanceof RequestRefusedError && NO_TURN_YET.test(error.serverMessage)) return [];
    throw error;
  }
}
