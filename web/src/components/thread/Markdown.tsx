import { lazy, memo, Suspense } from 'react';
import type { MarkdownViewProps } from './MarkdownView';

/** Fetched when the page starts, but in a file of its own: the list and the composer need not wait for it. */
const markdownView = import('./MarkdownView');
const MarkdownView = lazy(() => markdownView);

/** Markdown as it streams in. Until the renderer is here its source is shown, which reads well enough. */
export const Markdown = memo(function Markdown(props: MarkdownViewProps) {
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap">{props.text}</p>}>
      <MarkdownView {...props} />
    </Suspense>
  );
});
