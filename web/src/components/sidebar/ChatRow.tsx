import { type KeyboardEvent, useRef, useState } from 'react';
import type { Chat } from '../../api/types';
import { chatHash } from '../../browser/hash-route';
import { useIsReader } from '../../session/account';
import { Icon, type IconName } from '../shell/Icon';
import { RenameField } from './RenameField';
import { useRowActions } from './row-actions';
import { t, type Words, words } from '../../languages/text';

export function ChatRow({ chat }: { chat: Chat }) {
  const { openChatId, attention, change, pin, remove } = useRowActions();
  const [isRenaming, setRenaming] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const takesFocus = useRef(false);
  const isReader = useIsReader();
  const isOpen = chat.id === openChatId;
  const title = chat.title || t('New chat');
  if (isRenaming) {
    const rename = (next: string, isByKey: boolean) => {
      takesFocus.current = isByKey;
      setRenaming(false);
      if (next && next !== chat.title) change(chat, { title: next });
    };
    return <RenameField title={chat.title} onDone={rename} />;
  }
  const edits = editsOf(chat, isReader || chat.role === 'viewer', {
    rename: () => setRenaming(true),
    archive: () => change(chat, { archived: !chat.archived }),
    pin: () => pin(chat, !chat.pinned),
    remove: () => remove(chat),
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const edit = edits.find(({ shortcut }) => shortcut === event.key);
    if (!edit || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    edit.run();
  };
  return (
    <li className={`group rounded-lg ${isOpen ? 'bg-muted' : 'hover:bg-muted/60'}`}>
      <div className="flex items-center">
        <a
          ref={(link) => {
            if (takesFocus.current) link?.focus();
            takesFocus.current = false;
          }}
          href={chatHash(chat.id)}
          data-row={chat.id}
          aria-current={isOpen ? 'page' : undefined}
          aria-keyshortcuts={edits.flatMap(({ shortcut }) => shortcut ?? []).join(' ') || undefined}
          onKeyDown={onKeyDown}
          className="flex min-h-9 min-w-0 flex-1 items-center gap-2 rounded-lg px-2 text-sm pointer-coarse:min-h-11"
          title={title}
        >
          <span dir="auto" className={`truncate ${attention.ended.has(chat.id) ? 'font-semibold' : ''}`}>
            {title}
          </span>
          <StatusDot status={chat.status} isNews={attention.ended.has(chat.id)} />
        </a>
        <span className="hidden pointer-fine:group-focus-within:flex pointer-fine:group-hover:flex">
          {edits.map((edit) => (
            <RowButton key={edit.word} {...edit} title={title} />
          ))}
        </span>
        <span className="flex pointer-fine:hidden">
          <MoreButton
            label={t('Actions for {{title}}', { title })}
            isOpen={isMenuOpen}
            onClick={() => setMenuOpen(!isMenuOpen)}
          />
        </span>
      </div>
      {isMenuOpen && <RowMenu title={title} edits={edits} onDone={() => setMenuOpen(false)} />}
    </li>
  );
}

interface Edit {
  icon: IconName;
  word: Words;
  run: () => void;
  /** By which it is done in a row that has the focus. */
  shortcut?: string;
}

type Runs = Record<'rename' | 'archive' | 'pin' | 'remove', () => void>;

/** A pin is one's own; what else is changed is changed for everybody. */
function editsOf(chat: Chat, readsOnly: boolean, { rename, archive, pin, remove }: Runs): Edit[] {
  const own: Edit = { icon: 'pin', word: chat.pinned ? words('Unpin') : words('Pin'), run: pin, shortcut: 'p' };
  if (readsOnly) return [own];
  return [
    own,
    { icon: 'pencil', word: words('Rename'), run: rename, shortcut: 'F2' },
    {
      icon: chat.archived ? 'restore' : 'archive',
      word: chat.archived ? words('Restore') : words('Archive'),
      run: archive,
    },
    { icon: 'trash', word: words('Delete'), run: remove, shortcut: 'Delete' },
  ];
}

/** On touch there is no hover: the actions of a row unfold under it. */
function RowMenu({ title, edits, onDone }: { title: string; edits: readonly Edit[]; onDone: () => void }) {
  return (
    <div
      role="group"
      aria-label={t('Actions for {{title}}', { title })}
      className="grid grid-cols-2 gap-1.5 px-1.5 pb-1.5"
    >
      {edits.map(({ icon, word, run }) => (
        <button
          key={word}
          type="button"
          className="button px-1 text-[0.8125rem] font-normal"
          onClick={() => {
            onDone();
            run();
          }}
        >
          <Icon name={icon} size={14} /> {t(word)}
        </button>
      ))}
    </div>
  );
}

function MoreButton({ label, isOpen, onClick }: { label: string; isOpen: boolean; onClick: () => void }) {
  return (
    <button type="button" className="icon-button" aria-label={label} aria-expanded={isOpen} onClick={onClick}>
      <Icon name="more" size={20} />
    </button>
  );
}

const STATUS_WORDS = { running: words('working'), waiting_for_approval: words('waiting for a decision') };

function StatusDot({ status, isNews }: { status: Chat['status']; isNews: boolean }) {
  if (status === 'idle' && !isNews) return null;
  const shown = status === 'idle' ? t('has ended') : t(STATUS_WORDS[status]);
  const colour = status === 'waiting_for_approval' ? 'bg-warning' : status === 'running' ? 'bg-primary' : 'bg-success';
  return (
    <span
      data-status={status}
      className={`status-dot ms-auto size-2 shrink-0 rounded-full ${colour} ${status === 'idle' ? '' : 'animate-breathe'}`}
      title={shown}
    >
      <span className="sr-only">{shown}</span>
    </span>
  );
}

function RowButton({ icon, word, run, shortcut, title }: Edit & { title: string }) {
  return (
    <button
      type="button"
      className="icon-button pointer-fine:size-7"
      aria-label={t('{{action}} {{title}}', { action: t(word), title })}
      title={shortcut ? `${t(word)} (${shortcut})` : t(word)}
      onClick={run}
    >
      <Icon name={icon} size={14} />
    </button>
  );
}
