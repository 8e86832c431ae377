import { type ReactNode, useState } from 'react';
import { describeError } from '../../api/problem';
import { filesOf, imagesOf, questionOf, textOf, type TurnView } from '../../log/chat-view';
import { useAccount } from '../../session/account';
import { Icon, type IconName } from '../shell/Icon';
import { WaitingEditor } from './WaitingEditor';

interface WaitingRowProps {
  turn: TurnView;
  index: number;
  count: number;
  canSteer: boolean;
  isDragged: boolean;
  onMove: (index: number) => void;
  onDrag: (turnId: string | null) => void;
  onDrop: () => void;
  onEdit: (text: string) => Promise<void>;
  onSendNow: () => void;
  onRemove: () => void;
}

/** One message that waits. It is moved by its buttons, or dragged. */
export function WaitingRow(props: WaitingRowProps) {
  const { turn, index, count, canSteer, isDragged, onMove, onDrag, onDrop, onSendNow, onRemove } = props;
  const [isEditing, setEditing] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const me = useAccount();
  const message = questionOf(turn);
  if (!message) return null;
  const text = textOf(message);
  const isMine = me === null || message.author?.id === me.id;

  const save = (edited: string): void => {
    setProblem(null);
    props.onEdit(edited).then(
      () => setEditing(false),
      (error: unknown) => setProblem(describeError(error)),
    );
  };
  return (
    <li
      aria-label={`Waiting message ${index + 1}`}
      draggable={!isEditing}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        onDrag(turn.id);
      }}
      onDragEnd={() => onDrag(null)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
      }}
      className={`border-t px-3 py-1.5 ${isDragged ? 'opacity-50' : ''}`}
    >
      {isEditing ? (
        <WaitingEditor text={text} problem={problem} onSave={save} onCancel={() => setEditing(false)} />
      ) : (
        <div className="flex items-center gap-1">
          <p className="mr-auto line-clamp-2 min-w-0 break-words whitespace-pre-wrap">
            {!isMine && <span className="text-muted-foreground">{message.author?.displayName}: </span>}
            {text || <Attached count={imagesOf(message).length + filesOf(message).length} />}
            {text && imagesOf(message).length + filesOf(message).length > 0 && (
              <>
                {' '}
                <Attached count={imagesOf(message).length + filesOf(message).length} />
              </>
            )}
          </p>
          <RowButton name="Move up" icon="arrowUp" isOff={index === 0} onClick={() => onMove(index - 1)} />
          <RowButton name="Move down" icon="arrowDown" isOff={index === count - 1} onClick={() => onMove(index + 1)} />
          {isMine && <RowButton name="Edit" icon="pencil" onClick={() => setEditing(true)} />}
          <RowButton name="Remove" icon="trash" onClick={onRemove} />
          <button
            type="button"
            className="button shrink-0"
            title={canSteer ? 'Tell the running turn at once' : 'Answer it before the others'}
            onClick={onSendNow}
          >
            Send now
          </button>
        </div>
      )}
    </li>
  );
}

function Attached({ count }: { count: number }): ReactNode {
  return (
    <span className="text-muted-foreground">
      <Icon name="clip" size={12} className="inline" /> {count === 1 ? '1 attachment' : `${count} attachments`}
    </span>
  );
}

interface RowButtonProps {
  name: string;
  icon: IconName;
  isOff?: boolean;
  onClick: () => void;
}

function RowButton({ name, icon, isOff = false, onClick }: RowButtonProps) {
  return (
    <button
      type="button"
      className="icon-button shrink-0 disabled:opacity-30"
      aria-label={name}
      title={name}
      disabled={isOff}
      onClick={onClick}
    >
      <Icon name={icon} size={14} />
    </button>
  );
}
