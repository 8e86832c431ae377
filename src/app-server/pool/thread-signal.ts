import type { ServerNotification } from '../protocol/generated/ServerNotification';
import type { ServerRequest } from '../protocol/generated/ServerRequest';

/** One thing that codex says about a thread. A request must be answered once, or its turn hangs. */
export type ThreadSignal =
  | { readonly kind: 'notification'; readonly notification: ServerNotification }
  | {
      readonly kind: 'request';
      readonly request: ServerRequest;
      /** Without effect when codex has withdrawn the request or the process is gone. */
      respond(result: unknown): void;
      refuse(message: string): void;
    };

/** The thread that a message is about, or null when it is about the process. */
export function threadIdOf({ params }: ServerNotification | ServerRequest): string | null {
  const named = params as { threadId?: string | null; thread?: { id: string } } | undefined;
  return named?.threadId ?? named?.thread?.id ?? null;
}
