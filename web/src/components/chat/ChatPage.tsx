import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { describeError } from '../../api/problem';
import { relayApi } from '../../api/relay-api';
import type { Backend, ChatChanges, QueueFate, Template } from '../../api/types';
import { isAtWork, isWaitingForApproval, runningTurn, waitingTurns } from '../../log/chat-view';
import type { Written } from '../../log/outgoing-message';
import type { RelaySocket } from '../../log/relay-socket';
import { type SlashCommand, slashCommandOf } from '../../log/slash-command';
import { threadEntries } from '../../log/thread-entries';
import type { ChatSession, SessionState } from '../../session/chat-session';
import { changesOfChat, effortFor, settingsOfChat } from '../../session/agent-settings';
import { type Starter, startersFor } from '../../session/starters';
import { useIsReader } from '../../session/account';
import { useAgentSettings } from '../../session/use-agent-settings';
import { acceptsImages as takesImages } from '../../session/use-backends';
import { useChatSession } from '../../session/use-chat-session';
import { BackendsContext } from '../thread/turn-facts';
import { Notice } from '../agent/Notice';
import { AgentSettingsButton } from '../composer/AgentSettingsButton';
import { QueuePanel } from '../queue/QueuePanel';
import { ChatActionsContext, readingOf } from '../thread/chat-actions';
import { ChatSurface } from '../thread/ChatSurface';
import { fetchMarkdown } from '../thread/Markdown';
import { FileViewerContext } from '../thread/file-viewer';
import { openChat } from '../../browser/hash-route';
import { lazyPart } from '../../browser/lazy-part';
import type { WorkspaceTarget } from '../../format/workspace-link';
import { BranchActionsContext } from '../thread/branch-actions';
import { Icon } from '../shell/Icon';
import { DialogPart, PartBoundary } from '../shell/PartBoundary';
import { BackendPicker } from './BackendPicker';
import { BranchSwitcher } from './BranchSwitcher';
import { ChatHeader } from './ChatHeader';
import { ChatStatus } from './ChatStatus';
import { EmptyChat } from './EmptyChat';
import { LoadingChat, UnavailableChat } from './ChatPlaceholder';
import { FilesLink } from '../files/FilesLink';
import { ShareButton } from './ShareButton';
import { Terminals } from './Terminals';
import { TokenUsage } from './TokenUsage';
import { type SoughtTurn, useSoughtTurn } from './use-sought-turn';
import { t } from '../../languages/text';

const ChatSearch = lazyPart(() => import('./ChatSearch'));
const FileViewer = lazyPart(() => import('./FileViewer'));

interface ChatPageProps {
  chatId: string;
  socket: RelaySocket;
  backends: readonly Backend[];
  /** The chat's title as the list has it: a rename there shows here at once. */
  listTitle: string | null | undefined;
  /** The turn that the address leads to; null: none. */
  soughtTurnId: string | null;
  onOpenDrawer: () => void;
  /** The chat's title, status or order in the list may have changed. */
  onChanged: () => void;
}

export function ChatPage(props: ChatPageProps) {
  const { chatId, socket, backends, listTitle, soughtTurnId, onOpenDrawer, onChanged } = props;
  const [session, state] = useChatSession(socket, chatId);
  const [actionError, setActionError] = useState<string | null>(null);
  useEffect(fetchAhead, []);
  const [isSearching, setSearching] = useState(false);
  const sought = useSoughtTurn(session, soughtTurnId, state.caughtUp, (reason) =>
    setActionError(describeError(reason)),
  );
  useChangeReport(state, onChanged);
  useRenamedElsewhere(session, state, listTitle);

  const attempt = useCallback((action: Promise<unknown>) => {
    setActionError(null);
    action.catch((error: unknown) => setActionError(describeError(error)));
  }, []);
  const isReader = useIsReader();
  // Until it is known one may begin to write.
  const readsOnly = isReader || state.chat?.role === 'viewer';
  const mayWrite = state.chat !== null && !readsOnly;
  const branchActions = useMemo(
    () => (mayWrite ? { chatId, backends, open: (branch: Promise<string>) => attempt(branch.then(openChat)) } : null),
    [chatId, mayWrite, backends, attempt],
  );
  const change = (changes: ChatChanges) =>
    attempt(relayApi.updateChat(chatId, changes).then((chat) => session.setChat(chat)));
  const [settings, remember] = useAgentSettings();
  const backend = backends.find(({ id }) => id === state.chat?.backend);

  const title = listTitle ?? state.chat?.title ?? (state.loadError ? t('Chat') : t('New chat'));
  const usage = state.view.usage ?? state.chat?.usage;
  return (
    <>
      <ChatHeader title={title} status={<ChatStatus state={state} />} onOpenDrawer={onOpenDrawer}>
        {state.chat && <BranchSwitcher chat={state.chat} />}
        <SearchButton isOn={isSearching} onToggle={setSearching} />
        {state.chat && <FilesLink chatId={chatId} />}
        {state.chat && <ShareButton chat={state.chat} />}
        {usage && usage.totalTokens > 0 && <TokenUsage usage={usage} view={state.view} />}
      </ChatHeader>
      {isSearching && (
        <PartBoundary frame={(fault) => <div className="border-b px-3 py-2">{fault}</div>}>
          <ChatSearch chatId={chatId} onClose={() => setSearching(false)} />
        </PartBoundary>
      )}
      <BranchActionsContext value={branchActions}>
        <BackendsContext value={backends}>
          <ChatBody
            session={session}
            state={state}
            controls={
              state.chat && (
                <>
                  <BackendPicker
                    backends={backends}
                    value={state.chat.backend}
                    onChange={(id) => change({ backend: id })}
                  />
                  <AgentSettingsButton
                    settings={settingsOfChat(state.chat, settings)}
                    backend={backend}
                    isOfChat
                    tools={
                      mayWrite
                        ? {
                            place: { chatId, projectId: state.chat.projectId },
                            chosen: { mcpServers: state.chat.mcpServers, skills: state.chat.skills },
                            onChange: async (changes) => session.setChat(await relayApi.updateChat(chatId, changes)),
                          }
                        : undefined
                    }
                    onChange={({ effort, ...changes }) => {
                      if (Object.keys(changes).length > 0) change(changesOfChat(changes));
                      else remember({ effort });
                    }}
                  />
                </>
              )
            }
            effort={effortFor(settings, backend, state.chat?.model)}
            starters={startersFor(backend, NO_TEMPLATES, undefined)}
            acceptsImages={takesImages(backend)}
            readsOnly={readsOnly}
            error={actionError}
            sought={sought}
            onStop={(queue) => attempt(relayApi.interrupt(chatId, queue))}
            onCommand={(command) => attempt(runCommand(chatId, command))}
            onEarlier={() => attempt(session.loadEarlier())}
          />
        </BackendsContext>
      </BranchActionsContext>
    </>
  );
}

function SearchButton({ isOn, onToggle }: { isOn: boolean; onToggle: (isOn: boolean) => void }) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={t('Search in this chat')}
      title={t('Search in this chat')}
      aria-expanded={isOn}
      onClick={() => onToggle(!isOn)}
    >
      <Icon name="search" />
    </button>
  );
}

/** While the chat is on its way; without it the source of the answers is shown. */
function fetchAhead(): void {
  fetchMarkdown().catch(() => undefined);
}

const NO_TEMPLATES: readonly Template[] = [];

const runCommand = (chatId: string, command: SlashCommand): Promise<void> =>
  command.name === 'compact' ? relayApi.compact(chatId) : relayApi.review(chatId, command.instructions);

interface ChatBodyProps {
  session: ChatSession;
  state: SessionState;
  controls: ReactNode;
  /** Of the messages that are sent. */
  effort: string | undefined;
  starters: readonly Starter[];
  acceptsImages: boolean;
  readsOnly: boolean;
  error: string | null;
  sought: SoughtTurn | null;
  onCommand: (command: SlashCommand) => void;
  onStop: (queue: QueueFate) => void;
  onEarlier: () => void;
}

function ChatBody(props: ChatBodyProps) {
  const { session, state, controls, effort, starters, acceptsImages, readsOnly, error, sought } = props;
  const { onStop, onCommand, onEarlier } = props;
  const entries = useMemo(() => threadEntries(state.view, state.outgoing), [state.view, state.outgoing]);
  const command = useRef(onCommand);
  command.current = onCommand;
  const send = useCallback(
    (written: Written) => {
      const asked =
        written.images.length === 0 && (written.files ?? []).length === 0 ? slashCommandOf(written.text) : null;
      if (asked) command.current(asked);
      else session.send({ ...written, effort });
    },
    [session, effort],
  );
  const steer = useCallback((written: Written) => session.steer(written), [session]);
  const isRunning = isAtWork(state.view);
  const [file, setFile] = useState<WorkspaceTarget | null>(null);
  const actions = useMemo(() => (readsOnly ? readingOf(session) : session), [session, readsOnly]);
  if (state.loadError) return <UnavailableChat chatId={session.chatId} reason={state.loadError} />;
  if (!state.caughtUp && entries.length === 0) return <LoadingChat />;
  return (
    <ChatActionsContext value={actions}>
      <FileViewerContext value={setFile}>
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
          readsOnly={readsOnly}
          empty={
            !readsOnly && <EmptyChat starters={starters} onPick={({ prompt }) => send({ text: prompt, images: [] })} />
          }
          sought={sought}
          earlier={{
            hasEarlier: state.view.previousCursor !== null,
            isLoading: state.isLoadingEarlier,
            onLoad: onEarlier,
          }}
          notice={
            <>
              {error && (
                <div className="pb-2">
                  <Notice level="error" text={error} />
                </div>
              )}
              <Terminals chatId={session.chatId} isRunning={isRunning} mayEnd={!readsOnly} />
              <QueuePanel chatId={session.chatId} view={state.view} />
            </>
          }
        />
      </FileViewerContext>
      {file && (
        <DialogPart title={file.path} onClose={() => setFile(null)}>
          <FileViewer key={file.path} chatId={session.chatId} target={file} onClose={() => setFile(null)} />
        </DialogPart>
      )}
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
