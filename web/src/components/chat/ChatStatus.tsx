import type { SessionState } from '../../session/chat-session';
import { isWaitingForApproval, runningTurn } from '../../log/chat-view';
import { t } from '../../languages/text';

/** One line on how the chat stands, under its title; nothing while it is idle. */
export function ChatStatus({ state }: { state: SessionState }) {
  const status = describe(state);
  if (!status) return null;
  return (
    <p role="status" className="flex min-w-0 items-center gap-1.5 text-xs text-muted-foreground">
      <span
        className={`status-dot size-1.5 shrink-0 animate-breathe rounded-full ${status.colour}`}
        aria-hidden="true"
      />
      <span className="truncate">{status.text}</span>
    </p>
  );
}

function describe({ connection, view }: SessionState): { text: string; colour: string } | null {
  if (connection === 'lost') return { text: t('Reconnecting…'), colour: 'bg-danger' };
  const turn = runningTurn(view);
  const queued = view.turns.filter((candidate) => candidate.status === 'queued').length;
  const behind = queued > 0 ? t('{{count}} queued', { count: queued }) : null;
  const text = [turn && (isWaitingForApproval(turn) ? t('Waiting for your decision') : t('Working')), behind];
  const colour = turn && isWaitingForApproval(turn) ? 'bg-warning' : 'bg-primary';
  return turn || behind ? { text: text.filter((words) => words !== null).join(t(', ')), colour } : null;
}
