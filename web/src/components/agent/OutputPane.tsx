import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { saveText } from '../../browser/clipboard';
import { useNear } from '../../browser/use-near';
import { ansiRuns, plainText } from '../../format/ansi';
import { formatCompact, formatExact } from '../../format/quantities';
import { CopyButton } from '../code/CopyButton';
import { Visible } from '../code/Visible';
import { WrapButton } from '../code/CodeView';
import { Icon } from '../shell/Icon';
import { FoundText, useFind } from './OutputFind';
import { WholeButton } from './WholeButton';
import { t } from '../../languages/text';

/** More than this is drawn only when asked for: laying out megabytes of text stalls the page. */
const SHOWN_CHARS = 20_000;
/** Shorter output needs no tools but the one to copy it. */
const SHORT_LINES = 6;

interface OutputPaneProps {
  /** As the terminal got it. */
  text: string;
  isLive: boolean;
  /** Set where only a part of it is here: how long all of it is, and how to fetch that. */
  cut?: { size: number; fetch: () => Promise<void> } | null;
  /** Its end is what one looks for first. */
  restsAtEnd?: boolean;
  /** Of the file that it is saved as. */
  fileName?: string;
}

/** Of a line, of the pane, of its tools, and of the button above them that brings the rest; in pixels. */
const [LINE, PANE, TOOLS, REST] = [21, 288, 33, 29];

/** Drawn when it comes near: a chat has many of them. Until then its place is kept. */
export function OutputPane(props: OutputPaneProps) {
  const [place, isNear] = useNear<HTMLDivElement>(props.isLive);
  if (isNear) return <DrawnOutput {...props} />;
  const lines = props.text.split('\n').length;
  const above = (lines > SHORT_LINES ? TOOLS : 0) + (props.cut || props.text.length > SHOWN_CHARS ? REST : 0);
  const height = Math.min(lines * LINE + 16, PANE) + above;
  return <div ref={place} style={{ height }} />;
}

/** Output of bounded height. While it grows its end stays in sight, unless the reader has scrolled up. */
function DrawnOutput({ text, isLive, cut, restsAtEnd = false, fileName = 'output.txt' }: OutputPaneProps) {
  const [showsAll, setShowsAll] = useState(false);
  const [wraps, setWraps] = useState(false);
  const pane = useRef<HTMLPreElement>(null);
  const followsEnd = useRef(true);
  const plain = useMemo(() => plainText(text), [text]);
  const find = useFind(plain);
  const isCut = !showsAll && !find.isOpen && text.length > SHOWN_CHARS;
  const shown = useMemo(() => (isCut ? lastOf(text) : text), [text, isCut]);
  const lines = useMemo(() => plain.split('\n').length, [plain]);

  useLayoutEffect(() => {
    const element = pane.current;
    if (element && (isLive || restsAtEnd) && followsEnd.current) element.scrollTop = element.scrollHeight;
  }, [text, isLive, restsAtEnd]);

  const onScroll = () => {
    const element = pane.current;
    if (element) followsEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  };
  const tools = <CopyButton text={plain} label={cut ? t('Copy what is here of the output') : t('Copy the output')} />;

  return (
    <div dir="ltr" className="relative">
      {cut && <WholeButton size={cut.size} fetch={cut.fetch} onFetched={() => setShowsAll(true)} />}
      {!cut && isCut && (
        <button
          type="button"
          className="w-full border-b px-3 py-1.5 text-start text-xs text-primary"
          onClick={() => setShowsAll(true)}
        >
          {t('Show all of the output ({{size}} characters; the last {{shown}} are here)', {
            size: formatCompact(text.length),
            shown: formatExact(shown.length),
          })}
        </button>
      )}
      {lines > SHORT_LINES ? (
        <div className="flex items-center border-b ps-3 text-xs text-muted-foreground">
          <span className="flex-1">
            {cut ? t('the last {{count}} lines', { count: lines }) : t('{{count}} lines', { count: lines })}
          </span>
          <button
            type="button"
            className="icon-button aria-pressed:text-primary"
            aria-label={t('Search in the output')}
            title={t('Search')}
            aria-pressed={find.isOpen}
            onClick={find.toggle}
          >
            <Icon name="search" size={14} />
          </button>
          <WrapButton wraps={wraps} onToggle={setWraps} />
          {tools}
          <button
            type="button"
            className="icon-button"
            aria-label={cut ? t('Download what is here of the output') : t('Download the output')}
            title={cut ? t('Download what is here') : t('Download')}
            onClick={() => saveText(plain, fileName)}
          >
            <Icon name="download" size={14} />
          </button>
        </div>
      ) : (
        <div className="absolute top-0.5 end-0.5 rounded-lg bg-card">{tools}</div>
      )}
      {find.isOpen && find.field}
      <pre
        ref={pane}
        onScroll={onScroll}
        tabIndex={0}
        role="group"
        aria-label={t('Output')}
        className={`max-h-72 overflow-auto py-2 ps-3 pe-10 font-mono text-[0.8125rem] leading-relaxed focus-visible:-outline-offset-2 ${wraps ? 'break-words whitespace-pre-wrap' : ''}`}
      >
        {find.isOpen ? <FoundText text={plain} find={find} /> : <Runs text={shown} />}
      </pre>
    </div>
  );
}

function Runs({ text }: { text: string }) {
  const runs = useMemo(() => ansiRuns(text), [text]);
  return runs.map((run, index) =>
    run.className === '' ? (
      <Visible key={index} text={run.text} />
    ) : (
      <span key={index} className={run.className}>
        <Visible text={run.text} />
      </span>
    ),
  );
}

/** The end of it, from the beginning of a line where there is one. */
function lastOf(text: string): string {
  const end = text.slice(-SHOWN_CHARS);
  const line = end.indexOf('\n');
  return line < 0 || line > SHOWN_CHARS / 2 ? end : end.slice(line + 1);
}
