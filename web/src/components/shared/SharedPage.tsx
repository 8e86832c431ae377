import { useEffect, useMemo, useState } from 'react';
import { ApiProblem, describeError } from '../../api/problem';
import { asChatState, sharedApi } from '../../api/shared-api';
import type { SharedState } from '../../api/types';
import { formatMoment } from '../../format/times';
import type { ChatView } from '../../log/chat-view';
import { refreshed, viewOf, withEarlier, withWholeAction, withWholeDiff } from '../../log/state-view';
import { threadEntries } from '../../log/thread-entries';
import { LoadingChat } from '../chat/ChatPlaceholder';
import { ThemeToggle } from '../shell/ThemeToggle';
import { type ChatActions, ChatActionsContext } from '../thread/chat-actions';
import type { Earlier } from '../thread/EarlierTurns';
import { Thread } from '../thread/Thread';
import { t } from '../../languages/text';

const RUNNING_POLL_MS = 3_000;
const IDLE_POLL_MS = 30_000;

/** One chat, read by its link: no sign-in, nothing to be done in it. */
export default function SharedPage({ token }: { token: string }) {
  const { chat, view, fault, change } = useSharedChat(token);
  const [isLoadingEarlier, setLoadingEarlier] = useState(false);
  const actions = useMemo<ChatActions>(
    () => ({
      retry: () => undefined,
      discard: () => undefined,
      fetchAction: async (id) => {
        const action = await sharedApi.action(token, id);
        change((shown) => withWholeAction(shown, action));
      },
      fetchTurnDiff: async (turnId) => {
        const text = await sharedApi.turnDiff(token, turnId);
        change((shown) => withWholeDiff(shown, turnId, text));
      },
    }),
    [token, change],
  );
  useEffect(() => {
    document.title = chat?.title ? `${chat.title} · codex-relay` : 'codex-relay';
  }, [chat?.title]);
  if (fault && !view) return <NotShown reason={fault} />;
  if (!chat || !view)
    return (
      <main className="flex h-dvh flex-col">
        <LoadingChat />
      </main>
    );
  const loadEarlier = () => {
    if (view.previousCursor === null || isLoadingEarlier) return;
    setLoadingEarlier(true);
    sharedApi
      .state(token, view.previousCursor)
      .then((state) => change((shown) => withEarlier(shown, asChatState(state))))
      .catch(() => undefined)
      .finally(() => setLoadingEarlier(false));
  };
  return (
    <main className="flex h-dvh flex-col">
      <header className="flex min-h-14 shrink-0 items-center gap-2 border-b px-4 pt-[env(safe-area-inset-top)]">
        <div className="min-w-0 flex-1">
          <h1 className="flex text-[0.9375rem] font-semibold" title={chat.title}>
            <span dir="auto" className="truncate">
              {chat.title || t('A chat')}
            </span>
          </h1>
          <p className="truncate text-xs text-muted-foreground">
            {chat.expiresAt
              ? t('shared for reading until {{time}}', { time: formatMoment(chat.expiresAt) })
              : t('shared for reading')}
            {chat.status === 'running' && ` · ${t('the agent is at work')}`}
          </p>
        </div>
        <ThemeToggle />
      </header>
      <ChatActionsContext value={actions}>
        <ReadOnlyThread
          view={view}
          earlier={{ hasEarlier: view.previousCursor !== null, isLoading: isLoadingEarlier, onLoad: loadEarlier }}
        />
      </ChatActionsContext>
    </main>
  );
}

function ReadOnlyThread({ view, earlier }: { view: ChatView; earlier: Earlier }) {
  const entries = useMemo(() => threadEntries(view, []), [view]);
  return (
    <Thread
      entries={entries}
      isRunning={false}
      empty={<p className="m-auto text-sm text-muted-foreground">{t('Nothing has been said yet.')}</p>}
      earlier={earlier}
    >
      {null}
    </Thread>
  );
}

interface SharedChat {
  chat: SharedState['chat'] | null;
  view: ChatView | null;
  fault: string | null;
}

/** The chat, read again now and then, sooner while the agent is at work. */
function useSharedChat(token: string) {
  const [shared, setShared] = useState<SharedChat>({ chat: null, view: null, fault: null });
  const isRunning = shared.chat?.status === 'running';
  useEffect(() => {
    let isGone = false;
    const read = () => {
      if (document.hidden) return;
      sharedApi.state(token).then(
        (state) => {
          if (isGone) return;
          const next = asChatState(state);
          setShared(({ view }) => ({
            ...{ chat: state.chat, fault: null },
            view: view ? refreshed(view, next) : viewOf(next),
          }));
        },
        (error: unknown) => {
          if (isGone) return;
          // A link that has ended shows nothing any more; a server that is away for a moment is no end.
          const isEnd = error instanceof ApiProblem && !error.isTransient;
          setShared((before) => ({ ...before, ...(isEnd && { view: null }), fault: describeError(error) }));
        },
      );
    };
    read();
    const timer = setInterval(read, isRunning ? RUNNING_POLL_MS : IDLE_POLL_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [token, isRunning]);
  const change = useMemo(
    () => (how: (view: ChatView) => ChatView) =>
      setShared((before) => (before.view ? { ...before, view: how(before.view) } : before)),
    [],
  );
  return { ...shared, change };
}

function NotShown({ reason }: { reason: string }) {
  return (
    <main role="alert" className="grid h-dvh place-items-center p-6 text-center">
      <div>
        <h1 className="text-lg font-semibold">{t('This link shows nothing')}</h1>
        <p className="mt-1 text-sm break-words text-muted-foreground">{reason}</p>
      </div>
    </main>
  );
}
