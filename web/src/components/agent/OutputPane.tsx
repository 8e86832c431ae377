import { useLayoutEffect, useRef, useState } from 'react';
import { WholeButton } from './WholeButton';

/** More than this is drawn only when asked for: laying out megabytes of text stalls the page. */
const SHOWN_CHARS = 20_000;

interface OutputPaneProps {
  text: string;
  isLive: boolean;
  /** Set where only a part of it is here: how long all of it is, and how to fetch that. */
  cut?: { size: number; fetch: () => Promise<void> } | null;
}

/** Output of bounded height. While it grows its end stays in sight, unless the reader has scrolled up. */
export function OutputPane({ text, isLive, cut }: OutputPaneProps) {
  const [showsAll, setShowsAll] = useState(false);
  const pane = useRef<HTMLPreElement>(null);
  const followsEnd = useRef(true);
  const isCut = !showsAll && text.length > SHOWN_CHARS;

  useLayoutEffect(() => {
    if (isLive && followsEnd.current && pane.current) pane.current.scrollTop = pane.current.scrollHeight;
  }, [text, isLive]);

  const onScroll = () => {
    const element = pane.current;
    if (element) followsEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  };

  return (
    <>
      {cut && <WholeButton size={cut.size} fetch={cut.fetch} onFetched={() => setShowsAll(true)} />}
      {!cut && isCut && (
        <button
          type="button"
          className="w-full border-b px-3 py-1.5 text-left text-xs text-primary"
          onClick={() => setShowsAll(true)}
        >
          Show all of the output ({Math.round(text.length / 1_000)} thousand characters)
        </button>
      )}
      <pre
        ref={pane}
        onScroll={onScroll}
        tabIndex={0}
        aria-label="Output"
        className="max-h-72 overflow-auto px-3 py-2 font-mono text-[0.8125rem] leading-relaxed focus-visible:-outline-offset-2"
      >
        {isCut ? text.slice(-SHOWN_CHARS) : text}
      </pre>
    </>
  );
}
