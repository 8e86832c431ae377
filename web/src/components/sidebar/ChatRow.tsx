import { useState } from 'react';
import type { ChatChanges } from '../../api/relay-api';
import type { Chat } from '../../api/types';
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
  const title = chat.title || 'New chat';
  if (isRenaming) {
    const rename = (next: string) => {
      setRenaming(false);
      if (next && next !== chat.title) onChange({ title: next });
    };
    return <RenameField title={chat.title ?? ''} onDone={rename} />;
  }
  return (
    <li className={`group relative flex items-center rounded-lg ${isOpen ? 'bg-muted' : 'hover:bg-muted/60'}`}>
      <a
        href={chatHash(chat.id)}
        aria-current={isOpen ? 'page' : undefined}
        className="flex min-h-9 min-w-0 flex-1 items-center gap-2 rounded-lg px-2 text-sm pointer-coarse:min-h-11"
        title={title}
      >
        <span className="truncate">{title}</span>
        <StatusDot status={chat.status} />
      </a>
      {/* On touch there is no hover: the open chat shows its actions. */}
      <span className={`hidden group-focus-within:flex group-hover:flex ${isOpen ? 'pointer-coarse:flex' : ''}`}>
        <RowButton icon="pencil" label={`Rename ${title}`} onClick={() => setRenaming(true)} />
        <RowButton
          icon={chat.archived ? 'restore' : 'archive'}
          label={`${chat.archived ? 'Restore' : 'Archive'} ${title}`}
          onClick={() => onChange({ archived: !chat.archived })}
        />
        <RowButton icon="trash" label={`Delete ${title}`} onClick={onDelete} />
      </span>
    </li>
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
