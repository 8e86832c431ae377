import { Fragment, type ReactNode } from 'react';
import { visiblePieces } from '../../format/visible';

/** A text of the agent's in which nothing is hidden: what cannot be seen is boxed, as words. */
export function Visible({ text }: { text: string }): ReactNode {
  const pieces = visiblePieces(text);
  if (pieces.every(({ boxed }) => boxed === null)) return text;
  return pieces.map(({ text: words, boxed }, index) =>
    boxed === null ? (
      <Fragment key={index}>{words}</Fragment>
    ) : (
      <mark key={index} title={boxed} className="hidden-character">
        {words}
      </mark>
    ),
  );
}

/** A name, a command or another line of code, kept apart from the direction of what is around it. */
export function VisibleCode({ text, className = '' }: { text: string; className?: string }) {
  return (
    <code dir="ltr" className={`font-mono text-[0.8125rem] ${className}`}>
      <Visible text={text} />
    </code>
  );
}
