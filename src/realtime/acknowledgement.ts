import type { Socket } from 'socket.io';
import { DomainError } from '../common/domain.error';
import type { ComponentLogger } from '../common/logger';

export type Acknowledgement =
  { ok: true; [field: string]: unknown } | { ok: false; error: { code: string; detail: string; queue?: object } };

/** What a client's call is answered with: what `work` returns, or the error that it throws. */
export async function acknowledged(
  logger: ComponentLogger,
  work: () => Promise<Record<string, unknown> | void>,
): Promise<Acknowledgement> {
  try {
    return { ok: true, ...(await work()) };
  } catch (error) {
    if (error instanceof DomainError) {
      const { code, detail, queue } = error;
      return { ok: false, error: { code, detail, ...(queue && { queue }) } };
    }
    logger.error({ err: error }, 'a socket call failed');
    return { ok: false, error: { code: 'internal_error', detail: 'Something went wrong on the server.' } };
  }
}

/** Answers the calls that have no handler, so that no client waits for an acknowledgement that never comes. */
export function refuseUnknownCalls(socket: Socket): void {
  socket.onAny((call: string, ...given: unknown[]) => {
    const answer = given.at(-1);
    const isKnown = call !== OWN_EVENT && socket.listenerCount(call) > 0;
    if (!isKnown && isAnswer(answer)) answer(UNKNOWN_CALL);
  });
}

/** Socket.IO listens to it itself, so that nothing is thrown; the other reserved names are refused by its parser. */
const OWN_EVENT = 'error';

export const isAnswer = (given: unknown): given is (answer: Acknowledgement) => void => typeof given === 'function';

const UNKNOWN_CALL: Acknowledgement = {
  ok: false,
  error: { code: 'unknown_call', detail: 'There is no such call.' },
};
