import type { ReactNode } from 'react';
import { t } from '../../languages/text';
import type { Failure } from '../../session/failure';
import type { Reading } from '../../session/use-reading';
import { Spinner } from './Spinner';

export function Loading() {
  return (
    <p role="status" className="flex items-center gap-2 text-sm text-muted-foreground">
      <Spinner /> {t('Loading…')}
    </p>
  );
}

/** What one may not see. */
export function Forbidden({ text }: { text: string }) {
  return (
    <div role="alert" className="rounded-xl border px-4 py-8 text-center text-sm">
      <p className="font-medium">{text}</p>
      <a href="#/" className="button mt-4">
        {t('To the chats')}
      </a>
    </div>
  );
}

/** Why something could not be read, with the way to ask again. */
export function ReadFault({ failure, onRetry }: { failure: Failure | null; onRetry: () => void }) {
  if (!failure) return null;
  if (failure.isForbidden) return <Forbidden text={failure.text} />;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger"
    >
      <span className="min-w-0 flex-1 basis-48 break-words">
        {failure.isMissing ? t('There is no such thing, or it is not for you to see.') : failure.text}
        {failure.isTransient && ` ${t('It is tried again by itself.')}`}
      </span>
      {!failure.isMissing && (
        <button type="button" className="button text-foreground" onClick={onRetry}>
          {t('Try again')}
        </button>
      )}
    </div>
  );
}

/** Something of the server's: on its way, there, or the reason why not. What was there stays while it cannot be read again. */
export function Read<T>({ reading, children }: { reading: Reading<T>; children: (value: T) => ReactNode }) {
  const { value, failure, error, reload } = reading;
  return (
    <>
      <ReadFault failure={failure} onRetry={reload} />
      {error && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm break-words text-danger">
          {error}
        </p>
      )}
      {value === null ? !failure && <Loading /> : children(value)}
    </>
  );
}
