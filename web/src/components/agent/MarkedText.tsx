import type { ReactNode } from 'react';
import type { VisibleText } from '../../api/types';
import { t } from '../../languages/text';

/** A text of the server's in which nothing is hidden; the words for what could not be seen are boxed. */
export function MarkedText({ value: { text, marks } }: { value: VisibleText }) {
  const pieces: ReactNode[] = [];
  let end = 0;
  for (const { kind, shownAt, shownLength } of marks) {
    pieces.push(text.slice(end, shownAt));
    end = shownAt + shownLength;
    pieces.push(
      <mark key={shownAt} className={kind === 'line_end' ? 'line-end' : 'hidden-character'}>
        {text.slice(shownAt, end)}
      </mark>,
      // A script keeps its lines, behind the words for their ends.
      ...(kind === 'line_end' ? ['\n'] : []),
    );
  }
  return (
    <bdi>
      {pieces}
      {text.slice(end)}
    </bdi>
  );
}

/** How much there is to read, and how much of it could not be seen. */
export function TextFacts({ value: { length, marks, markCount } }: { value: VisibleText }) {
  const hidden = markCount - marks.filter(({ kind }) => kind === 'line_end').length;
  return (
    <span className="text-xs text-muted-foreground">
      {t('{{count}} characters', { count: length })}
      {hidden > 0 && (
        <strong className="text-danger">{`${t(', ')}${t('{{count}} that cannot be seen', { count: hidden })}`}</strong>
      )}
    </span>
  );
}
