import { memo, Suspense } from 'react';
import { lazyPart } from '../../browser/lazy-part';
import { isWithinMarkdownLimits } from '../../format/markdown-limits';
import { usePartRetry } from '../../session/use-part-retry';
import { ErrorBoundary } from '../shell/ErrorBoundary';
import type { MarkdownViewProps } from './MarkdownView';
import { PlainText } from './PlainText';

let view: Promise<typeof import('./MarkdownView')> | undefined;

/** Fetches the renderer, in a file of its own: the list and the composer need not wait for it. */
export const fetchMarkdown = (): Promise<typeof import('./MarkdownView')> =>
  (view ??= import('./MarkdownView').catch((cause: unknown) => {
    // Whoever needs it next asks for it anew.
    view = undefined;
    throw cause;
  }));

const MarkdownView = lazyPart(fetchMarkdown);

/**
 * Markdown as it streams in. Until the renderer is here its source is shown, which reads well enough; so it is for good
 * where the text goes beyond what may be parsed, or the renderer fails at it.
 */
export const Markdown = memo(function Markdown(props: MarkdownViewProps) {
  const plain = <PlainText text={props.text} />;
  if (!isWithinMarkdownLimits(props.text)) return plain;
  return (
    <ErrorBoundary fallback={(error, retry) => <Source text={props.text} error={error} onRetry={retry} />}>
      <Suspense fallback={plain}>
        <MarkdownView {...props} />
      </Suspense>
    </ErrorBoundary>
  );
});

function Source({ text, error, onRetry }: { text: string; error: unknown; onRetry: () => void }) {
  usePartRetry(error, onRetry);
  return <PlainText text={text} />;
}
