import { useState } from 'react';
import type { Chat, ChatChanges } from '../../api/types';
import { chatHash } from '../../browser/hash-route';
import { Icon, type IconName } from '../shell/Icon';
import { RenameField } from './RenameField';

interface ChatRowProps {
  chat: Chat;
  isOpen: boolean;
  onChange: (changes: ChatChanges) => void;
  onDelete: () => void;
}

export function ChatRow({ chat, isOpen, onChange, onDelete }: ChatRowProps) {
  const [isRenaming, setRenaming] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const title = chat.title || 'New chat';
  if (isRenaming) {
    const rename = (next: string) => {
      setRenaming(false);
      if (next && next !== chat.title) onChange({ title: next });
    };
    return <RenameField title={chat.title} onDone={rename} />;
  }
  const edits: Edit[] = [
    { icon: 'pencil', word: 'Rename', run: () => setRenaming(true) },
    {
      icon: chat.archived ? 'restore' : 'archive',
      word: chat.archived ? 'Restore' : 'Archive',
      run: () => onChange({ archived: !chat.archived }),
    },
    { icon: 'trash', word: 'Delete', run: onDelete },
  ];
  return (
    <li className={`group rounded-lg ${isOpen ? 'bg-muted' : 'hover:bg-muted/60'}`}>
      <div className="flex items-center">
        <a
          href={chatHash(chat.id)}
          aria-current={isOpen ? 'page' : undefined}
          className="flex min-h-9 min-w-0 flex-1 items-center gap-2 rounded-lg px-2 text-sm pointer-coarse:min-h-11"
          title={title}
        >
          <span className="truncate">{title}</span>
          <StatusDot status={chat.status} />
        </a>
        <span className="hidden pointer-fine:group-focus-within:flex pointer-fine:group-hover:flex">
          {edits.map((edit) => (
            <RowButton key={edit.word} icon={edit.icon} label={`${edit.word} ${title}`} onClick={edit.run} />
          ))}
        </span>
        <span className="flex pointer-fine:hidden">
          <MoreButton label={`Actions for ${title}`} isOpen={isMenuOpen} onClick={() => setMenuOpen(!isMenuOpen)} />
        </span>
      </div>
      {isMenuOpen && <RowMenu title={title} edits={edits} onDone={() => setMenuOpen(false)} />}
    </li>
  );
}

interface Edit {
  icon: IconName;
  word: string;
  run: () => void;
}

/** On touch there is no hover: the actions of a row unfold under it. */
function RowMenu({ title, edits, onDone }: { title: string; edits: readonly Edit[]; onDone: () => void }) {
  return (
    <div role="group" aria-label={`Actions for ${title}`} className="grid grid-cols-3 gap-1.5 px-1.5 pb-1.5">
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
          <Icon name={icon} size={14} /> {word}
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

const STATUS_WORDS = { running: 'working', waiting_for_approval: 'waiting for a decision' };

function StatusDot({ status }: { status: Chat['status'] }) {
  if (status === 'idle') return null;
  const colour = status === 'running' ? 'bg-primary' : 'bg-warning';
  return (
    <span className={`ml-auto size-2 shrink-0 animate-breathe rounded-full ${colour}`} title={STATUS_WORDS[status]}>
      <span className="sr-only">{STATUS_WORDS[status]}</span>
    </span>
  );
}

function RowButton({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" className="icon-button" aria-label={label} title={label.split(' ', 1)[0]} onClick={onClick}>
      <Icon name={icon} size={14} />
    </button>
  );
}
