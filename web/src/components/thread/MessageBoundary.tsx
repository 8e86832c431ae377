import { t } from '../../languages/text';
import type { ReactNode } from 'react';
import type { ThreadEntry } from '../../log/thread-entries';
import { ErrorBoundary } from '../shell/ErrorBoundary';
import { PlainText } from './PlainText';

/** Keeps one message that cannot be rendered from taking the others with it: its words are shown, and nothing else of it. */
export function MessageBoundary({ entry, children }: { entry: ThreadEntry; children: ReactNode }) {
  return (
    <ErrorBoundary
      fallback={() => (
        <div role="alert" className="min-w-0">
          <p className="text-sm text-danger">{t('This message could not be shown in full.')}</p>
          <PlainText text={wordsOf(entry)} />
        </div>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}

function wordsOf(entry: ThreadEntry): string {
  if (entry.role === 'user') return entry.text;
  return entry.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n');
}
