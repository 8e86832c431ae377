import { chatHash } from '../../browser/hash-route';
import { Spinner } from '../shell/Spinner';

/** In place of a thread whose log is on its way. */
export function LoadingChat() {
  return (
    <div role="status" className="grid flex-1 place-items-center text-sm text-muted-foreground">
      <span className="flex items-center gap-2">
        <Spinner /> Loading…
      </span>
    </div>
  );
}

/** In place of a chat that does not exist, is someone else's, or cannot be reached. */
export function UnavailableChat({ reason }: { reason: string }) {
  return (
    <div role="alert" className="grid flex-1 place-items-center p-6 text-center">
      <div>
        <h2 className="text-lg font-semibold">This chat cannot be shown</h2>
        <p className="mt-1 text-sm break-words text-muted-foreground">{reason}</p>
        <a href={chatHash(null)} className="button mt-4">
          New chat
        </a>
      </div>
    </div>
  );
}
