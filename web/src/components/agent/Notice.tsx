import type { NoticeLevel } from '../../log/chat-view';
import { Icon } from '../shell/Icon';

interface NoticeProps {
  level: NoticeLevel;
  text: string;
  title?: string;
  /** The stable code that the documentation and the logs use. */
  code?: string;
}

export function Notice({ level, text, title, code }: NoticeProps) {
  if (level === 'info') {
    return (
      <p role="status" dir="auto" className="min-w-0 break-words text-sm text-muted-foreground">
        {text}
      </p>
    );
  }
  const colours = level === 'error' ? 'bg-danger-soft text-danger' : 'bg-warning-soft text-warning';
  return (
    <div
      role={level === 'error' ? 'alert' : 'status'}
      className={`flex gap-2.5 rounded-xl px-3.5 py-2.5 text-sm ${colours}`}
    >
      <Icon name="warning" className="mt-0.5" />
      <div className="min-w-0 break-words">
        {title && <strong className="font-semibold">{title}</strong>}
        {code && (
          <code dir="ltr" className="ms-2 rounded bg-background/60 px-1.5 py-0.5 text-xs">
            {code}
          </code>
        )}
        <p dir="auto" className={title ? 'mt-0.5 text-foreground/85' : ''}>
          {text}
        </p>
      </div>
    </div>
  );
}
