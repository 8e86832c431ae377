import type { SessionState } from '../../session/chat-session';
import { isWaitingForApproval, runningTurn } from '../../log/chat-view';

/** One line on how the chat stands, under its title; nothing while it is idle. */
export function ChatStatus({ state }: { state: SessionState }) {
  const status = describe(state);
  if (!status) return null;
  return (
    <p role="status" className="flex items-center gap-1.5 truncate text-xs text-muted-foreground">
      <span className={`size-1.5 shrink-0 animate-breathe rounded-full ${status.colour}`} aria-hidden="true" />
      {status.text}
    </p>
  );
}

function describe({ connection, view }: SessionState): { text: string; colour: string } | null {
  if (connection === 'lost') return { text: 'Reconnecting…', colour: 'bg-danger' };
  const turn = runningTurn(view);
  const queued = view.turns.filter((candidate) => candidate.status === 'queued').length;
  const suffix = queued > 0 ? `, ${queued} queued` : '';
  if (turn && isWaitingForApproval(turn)) return { text: `Waiting for your decision${suffix}`, colour: 'bg-warning' };
  if (turn) return { text: `Working${suffix}`, colour: 'bg-primary' };
  return queued > 0 ? { text: `${queued} queued`, colour: 'bg-primary' } : null;
}
