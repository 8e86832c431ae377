import { t } from '../../languages/text';
import { useState } from 'react';
import { markdownBeginning } from '../../format/markdown-fold';
import { Markdown } from './Markdown';

/** An answer that is longer in characters is folded, with half of that in sight. */
const MAX_CHARS = 16_000;

/** What the agent has said: a long text is folded, and says how much more there is; not while, or after, one saw it come. */
export function FoldedMarkdown({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  const [isOpen, setOpen] = useState(isStreaming);
  const shown = isOpen || isStreaming ? text : markdownBeginning(text, MAX_CHARS);
  const isLong = !isStreaming && text.length > MAX_CHARS;
  return (
    <>
      <Markdown text={shown} isStreaming={isStreaming} />
      {isLong && (
        <button
          type="button"
          className="button self-start text-sm"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen
            ? t('Show less of it')
            : t('Show all ({{count}} more characters)', { count: text.length - shown.length })}
        </button>
      )}
    </>
  );
}
