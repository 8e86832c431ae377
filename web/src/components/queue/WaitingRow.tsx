import { type ReactNode, type Ref, useState } from 'react';
import { describeError } from '../../api/problem';
import { useFocusOnReturn } from '../../browser/use-focus-on-return';
import { filesOf, imagesOf, questionOf, textOf, type TurnView } from '../../log/chat-view';
import { useAccount } from '../../session/account';
import { useMayWrite } from '../thread/chat-actions';
import { Icon, type IconName } from '../shell/Icon';
import { WaitingEditor } from './WaitingEditor';
import { t } from '../../languages/text';

interface WaitingRowProps {
  turn: TurnView;
  /** Its place; -1: it waits no more, but is still edited. */
  index: number;
  count: number;
  canSteer: boolean;
  isDragged: boolean;
  isEditing: boolean;
  onMove: (index: number) => void;
  onDrag: (turnId: string | null) => void;
  onDrop: () => void;
  onEditing: (isEditing: boolean) => void;
  onEdit: (text: string) => Promise<void>;
  onSendNow: () => void;
  onRemove: () => void;
}

/** One message that waits. It is moved by its buttons, or dragged. */
export function WaitingRow(props: WaitingRowProps) {
  const { turn, index, count, canSteer, isDragged, isEditing } = props;
  const { onMove, onDrag, onDrop, onEditing, onSendNow, onRemove } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const me = useAccount();
  const pencil = useFocusOnReturn<HTMLButtonElement>(isEditing);
  const mayWrite = useMayWrite();
  const message = questionOf(turn);
  if (!message) return null;
  const text = textOf(message);
  const isLate = index < 0;
  const isMine = me === null || message.author?.id === me.id;

  const save = (edited: string): void => {
    setProblem(null);
    props.onEdit(edited).then(
      () => onEditing(false),
      (error: unknown) => setProblem(describeError(error)),
    );
  };
  return (
    <li
      aria-label={isLate ? t('Message that waits no more') : t('Waiting message {{number}}', { number: index + 1 })}
      draggable={mayWrite && !isEditing}
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
        <WaitingEditor {...{ text, problem, isLate }} onSave={save} onCancel={() => onEditing(false)} />
      ) : (
        <div className="flex items-center justify-end gap-1 max-sm:flex-wrap">
          <p dir="auto" className="me-auto line-clamp-2 min-w-0 break-words whitespace-pre-wrap max-sm:basis-full">
            {!isMine && <bdi className="text-muted-foreground">{message.author?.displayName}: </bdi>}
            {text ? <bdi>{text}</bdi> : <Attached count={imagesOf(message).length + filesOf(message).length} />}
            {text && imagesOf(message).length + filesOf(message).length > 0 && (
              <>
                {' '}
                <Attached count={imagesOf(message).length + filesOf(message).length} />
              </>
            )}
          </p>
          {mayWrite && (
            <>
              <RowButton name={t('Move up')} icon="arrowUp" isOff={index === 0} onClick={() => onMove(index - 1)} />
              <RowButton
                name={t('Move down')}
                icon="arrowDown"
                isOff={index === count - 1}
                onClick={() => onMove(index + 1)}
              />
              {isMine && <RowButton place={pencil} name={t('Edit')} icon="pencil" onClick={() => onEditing(true)} />}
              <RowButton name={t('Remove')} icon="trash" onClick={onRemove} />
              <button
                type="button"
                className="button shrink-0"
                title={canSteer ? t('Tell the running turn at once') : t('Answer it before the others')}
                onClick={onSendNow}
              >
                {t('Send now')}
              </button>
            </>
          )}
        </div>
      )}
    </li>
  );
}

function Attached({ count }: { count: number }): ReactNode {
  return (
    <span className="text-muted-foreground">
      <Icon name="clip" size={12} className="inline" /> {t('{{count}} attachments', { count })}
    </span>
  );
}

interface RowButtonProps {
  name: string;
  icon: IconName;
  place?: Ref<HTMLButtonElement>;
  /** It can still be reached: at the top the button that led there keeps the focus. */
  isOff?: boolean;
  onClick: () => void;
}

function RowButton({ name, icon, place, isOff = false, onClick }: RowButtonProps) {
  return (
    <button
      ref={place}
      type="button"
      className="icon-button shrink-0 aria-disabled:opacity-30"
      aria-label={name}
      title={name}
      aria-disabled={isOff}
      onClick={isOff ? undefined : onClick}
    >
      <Icon name={icon} size={14} />
    </button>
  );
}
