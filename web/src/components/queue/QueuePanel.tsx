import { type ReactNode, useRef, useState } from 'react';
import { describeError } from '../../api/problem';
import { relayApi } from '../../api/relay-api';
import { useKeptFocus } from '../../browser/use-kept-focus';
import { type ChatView, questionOf, runningTurn, type TurnView, waitingTurns } from '../../log/chat-view';
import { Icon } from '../shell/Icon';
import { useChatActions, useMayWrite } from '../thread/chat-actions';
import { WaitingRow } from './WaitingRow';
import { t } from '../../languages/text';

interface QueuePanelProps {
  chatId: string;
  view: ChatView;
}

/** The messages that wait, above the composer: what they say, their order, and what can be done to them. */
export function QueuePanel({ chatId, view }: QueuePanelProps) {
  const [error, setError] = useState<string | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [edited, setEdited] = useState<readonly TurnView[]>([]);
  const actions = useChatActions();
  const mayWrite = useMayWrite();
  const waiting = waitingTurns(view);
  // Their turns have begun, or somebody has removed them, while they were edited: what is written is not thrown away.
  const late = edited.filter((turn) => !waiting.some(({ id }) => id === turn.id));
  const hasQueue = waiting.length > 0 || view.isHeld;
  if (!hasQueue && late.length === 0) return null;
  const canSteer = runningTurn(view) !== null;

  const attempt = (change: Promise<void>): void => {
    setError(null);
    change.catch((problem: unknown) => setError(describeError(problem)));
  };
  const place = (turnId: string, index: number): void => {
    const from = waiting.findIndex(({ id }) => id === turnId);
    if (from < 0 || index < 0 || index >= waiting.length || index === from) return;
    const ids = waiting
      .map(({ id }) => id)
      .toSpliced(from, 1)
      .toSpliced(index, 0, turnId);
    attempt(relayApi.orderQueue(chatId, [...unlisted(view, waiting), ...ids], view.queueVersion));
  };

  return (
    <section aria-label={t('Waiting messages')} className="mb-2 min-w-0 rounded-xl border bg-card text-sm">
      {hasQueue && (
        <header className="flex flex-wrap items-center gap-2 px-3 py-1.5 text-xs text-muted-foreground">
          <Icon name="list" size={14} />
          <span className="min-w-0 flex-1">{headline(waiting.length, view.isHeld)}</span>
          {view.isHeld && mayWrite && (
            <button type="button" className="button" onClick={() => attempt(relayApi.releaseQueue(chatId))}>
              <Icon name="play" size={12} /> {t('Go on')}
            </button>
          )}
        </header>
      )}
      {error && (
        <p role="alert" className="px-3 pb-1.5 break-words text-danger">
          {error}
        </p>
      )}
      <Rows>
        {[...late, ...waiting].map((turn) => (
          <WaitingRow
            key={turn.id}
            turn={turn}
            index={waiting.indexOf(turn)}
            count={waiting.length}
            canSteer={canSteer}
            isDragged={dragged === turn.id}
            isEditing={edited.some(({ id }) => id === turn.id)}
            onEditing={(isEditing) =>
              setEdited((before) => [...before.filter(({ id }) => id !== turn.id), ...(isEditing ? [turn] : [])])
            }
            onMove={(to) => place(turn.id, to)}
            onDrag={setDragged}
            onDrop={() => dragged !== null && place(dragged, waiting.indexOf(turn))}
            onEdit={async (text) =>
              late.includes(turn)
                ? actions.send?.({ text, images: [] })
                : relayApi.editWaiting(chatId, messageId(turn), text)
            }
            onSendNow={() => attempt(relayApi.sendNow(chatId, messageId(turn)))}
            onRemove={() => attempt(relayApi.removeWaiting(chatId, messageId(turn)))}
          />
        ))}
      </Rows>
    </section>
  );
}

/** With the last of them the focus goes to where one writes. */
function Rows({ children }: { children: ReactNode }) {
  const list = useRef<HTMLOListElement>(null);
  useKeptFocus(list, () => document.querySelector<HTMLElement>('main form textarea'));
  return (
    <ol ref={list} className="max-h-52 overflow-y-auto empty:hidden">
      {children}
    </ol>
  );
}

/** The server takes the id of the turn as well. */
const messageId = (turn: TurnView): string => questionOf(turn)?.id ?? turn.id;

/** A turn that only needs room waits, too, and is shown in the conversation. */
function unlisted({ turns }: ChatView, waiting: readonly TurnView[]): string[] {
  return turns.filter((turn) => turn.status === 'queued' && !waiting.includes(turn)).map(({ id }) => id);
}

function headline(count: number, isHeld: boolean): string {
  if (!isHeld) return t('{{count}} messages wait for the running turn', { count });
  if (count === 0) return t('The queue is held: what you send waits');
  return t('The queue is held: {{count}} messages wait', { count });
}
