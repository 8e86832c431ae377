import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { describeError } from '../../api/problem';
import { relayApi } from '../../api/relay-api';
import type { Backend, QueueFate } from '../../api/types';
import { isAtWork, isWaitingForApproval, runningTurn, waitingTurns } from '../../log/chat-view';
import type { Written } from '../../log/outgoing-message';
import type { RelaySocket } from '../../log/relay-socket';
import { type SlashCommand, slashCommandOf } from '../../log/slash-command';
import { threadEntries } from '../../log/thread-entries';
import type { ChatSession, SessionState } from '../../session/chat-session';
import { acceptsImages as takesImages } from '../../session/use-backends';
import { useChatSession } from '../../session/use-chat-session';
import { Notice } from '../agent/Notice';
import { QueuePanel } from '../queue/QueuePanel';
import { ChatActionsContext } from '../thread/chat-actions';
import { ChatSurface } from '../thread/ChatSurface';
import { EarlierTurns } from '../thread/EarlierTurns';
import { openChat } from '../../browser/hash-route';
import { BranchActionsContext } from '../thread/branch-actions';
import { BackendPicker } from './BackendPicker';
import { BranchSwitcher } from './BranchSwitcher';
import { ChatHeader } from './ChatHeader';
import { ChatStatus } from './ChatStatus';
import { EmptyChat } from './EmptyChat';
import { LoadingChat, UnavailableChat } from './ChatPlaceholder';
import { ShareButton } from './ShareButton';
import { Terminals } from './Terminals';
import { TokenUsage } from './TokenUsage';

interface ChatPageProps {
  chatId: string;
  socket: RelaySocket;
  backends: readonly Backend[];
  /** The chat's title as the list has it: a rename there shows here at once. */
  listTitle: string | null | undefined;
  onOpenDrawer: () => void;
  /** The chat's title, status or order in the list may have changed. */
  onChanged: () => void;
}

export function ChatPage({ chatId, socket, backends, listTitle, onOpenDrawer, onChanged }: ChatPageProps) {
  const [session, state] = useChatSession(socket, chatId);
  const [actionError, setActionError] = useState<string | null>(null);
  useChangeReport(state, onChanged);
  useRenamedElsewhere(session, state, listTitle);

  const attempt = useCallback((action: Promise<unknown>) => {
    setActionError(null);
    action.catch((error: unknown) => setActionError(describeError(error)));
  }, []);
  const mayWrite = state.chat !== null && state.chat?.role !== 'viewer';
  const branchActions = useMemo(
    () => (mayWrite ? { chatId, open: (branch: Promise<string>) => attempt(branch.then(openChat)) } : null),
    [chatId, mayWrite, attempt],
  );
  const changeBackend = (backend: string) =>
    attempt(relayApi.updateChat(chatId, { backend }).then((chat) => session.setChat(chat)));

  const title = listTitle ?? state.chat?.title ?? (state.loadError ? 'Chat' : 'New chat');
  const usage = state.view.usage ?? state.chat?.usage;
  return (
    <>
      <ChatHeader title={title} status={<ChatStatus state={state} />} onOpenDrawer={onOpenDrawer}>
        {state.chat && <BranchSwitcher chat={state.chat} />}
        {state.chat && <ShareButton chat={state.chat} />}
        {usage && usage.totalTokens > 0 && <TokenUsage usage={usage} contextWindow={state.view.contextWindow} />}
      </ChatHeader>
      <BranchActionsContext value={branchActions}>
        <ChatBody
          session={session}
          state={state}
          controls={
            state.chat && <BackendPicker backends={backends} value={state.chat.backend} onChange={changeBackend} />
          }
          acceptsImages={takesImages(backends.find(({ id }) => id === state.chat?.backend))}
          error={actionError}
          onStop={(queue) => attempt(relayApi.interrupt(chatId, queue))}
          onCommand={(command) => attempt(runCommand(chatId, command))}
          onEarlier={() => attempt(session.loadEarlier())}
        />
      </BranchActionsContext>
    </>
  );
}

const runCommand = (chatId: string, command: SlashCommand): Promise<void> =>
  command.name === 'compact' ? relayApi.compact(chatId) : relayApi.review(chatId, command.instructions);

interface ChatBodyProps {
  session: ChatSession;
  state: SessionState;
  controls: ReactNode;
  acceptsImages: boolean;
  error: string | null;
  onCommand: (command: SlashCommand) => void;
  onStop: (queue: QueueFate) => void;
  onEarlier: () => void;
}

function ChatBody(props: ChatBodyProps) {
  const { session, state, controls, acceptsImages, error, onStop, onCommand, onEarlier } = props;
  const entries = useMemo(() => threadEntries(state.view, state.outgoing), [state.view, state.outgoing]);
  const command = useRef(onCommand);
  command.current = onCommand;
  const send = useCallback(
    (written: Written) => {
      const asked =
        written.images.length === 0 && (written.files ?? []).length === 0 ? slashCommandOf(written.text) : null;
      if (asked) command.current(asked);
      else session.send(written);
    },
    [session],
  );
  const steer = useCallback((written: Written) => session.steer(written), [session]);
  const isRunning = isAtWork(state.view);
  if (state.loadError) return <UnavailableChat reason={state.loadError} />;
  if (!state.caughtUp && entries.length === 0) return <LoadingChat />;
  return (
    <ChatActionsContext value={session}>
      <ChatSurface
        chatId={session.chatId}
        entries={entries}
        isRunning={isRunning}
        waiting={waitingTurns(state.view).length}
        onSend={send}
        onSteer={runningTurn(state.view) ? steer : undefined}
        onStop={onStop}
        controls={controls}
        acceptsImages={acceptsImages}
        empty={<EmptyChat onPick={send} />}
        earlier={
          <EarlierTurns
            hasEarlier={state.view.previousCursor !== null}
            isLoading={state.isLoadingEarlier}
            onLoad={onEarlier}
          />
        }
        notice={
          <>
            {error && (
              <div className="pb-2">
                <Notice level="error" text={error} />
              </div>
            )}
            <Terminals chatId={session.chatId} isRunning={isRunning} mayEnd={state.chat?.role !== 'viewer'} />
            <QueuePanel chatId={session.chatId} view={state.view} />
          </>
        }
      />
    </ChatActionsContext>
  );
}

/** The list may leave the chat out later, so a new title that it brings is read into the chat itself. */
function useRenamedElsewhere(session: ChatSession, { chat }: SessionState, listTitle: string | null | undefined): void {
  useEffect(() => {
    if (chat && listTitle !== undefined && listTitle !== chat.title) void session.loadChat();
    // Only when the list's title changes: the chat may know a newer one already.
  }, [session, listTitle]);
}

/** Tells the page when a turn begins, waits or ends, and when the chat itself has been read again. */
function useChangeReport(state: SessionState, onChanged: () => void): void {
  const turn = runningTurn(state.view);
  const turnId = turn?.id;
  const isWaiting = turn !== null && isWaitingForApproval(turn);
  const { caughtUp, chat } = state;
  useEffect(() => {
    if (caughtUp) onChanged();
  }, [turnId, isWaiting, chat, caughtUp, onChanged]);
}
