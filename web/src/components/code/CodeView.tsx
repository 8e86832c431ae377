import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { countHidden } from '../../format/visible';
import { languageNamed, languageOfFile } from '../../highlight/languages';
import { useTokens } from '../../highlight/use-tokens';
import { Icon } from '../shell/Icon';
import { CodeLine } from './CodeLine';
import { CopyButton } from './CopyButton';
import './code.css';
import { t } from '../../languages/text';

/** More lines are drawn only when asked for. */
const SHOWN_LINES = 600;

interface CodeViewProps {
  code: string;
  /** As a block of code names it; or `path`, whose name tells. */
  language?: string;
  path?: string;
  /** It is still being written. */
  isIncomplete?: boolean;
  /** Line to begin in sight, from 1. */
  line?: number;
  /** Beside the buttons that each has. */
  actions?: ReactNode;
  /** As high as its place, and not as a message. */
  isFull?: boolean;
}

/** Code in its colours, with the numbers of its lines. */
export function CodeView({ code, language = '', path, isIncomplete = false, line, actions, isFull }: CodeViewProps) {
  const [wraps, setWraps] = useState(false);
  const [showsAll, setShowsAll] = useState(line !== undefined);
  const grammar = path === undefined ? languageNamed(language) : languageOfFile(path);
  const text = code.endsWith('\n') ? code.slice(0, -1) : code;
  const tokens = useTokens(isIncomplete ? '' : text, grammar);
  const lines = useMemo(() => text.split('\n'), [text]);
  const hidden = useMemo(() => countHidden(text), [text]);
  const shown = showsAll ? lines : lines.slice(0, SHOWN_LINES);
  const body = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (line !== undefined) body.current?.children[line - 1]?.scrollIntoView({ block: 'center' });
  }, [line]);
  return (
    <div dir="ltr" data-code className={`code-view ${isFull ? 'code-view-full' : ''}`}>
      <div className="code-view-head">
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-muted-foreground">{language || grammar}</span>
        {hidden > 0 && (
          <span className="px-1 text-xs text-danger">{t('{{count}} that cannot be seen', { count: hidden })}</span>
        )}
        {actions}
        <WrapButton wraps={wraps} onToggle={setWraps} />
        <CopyButton text={text} label={t('Copy code')} />
      </div>
      <pre
        ref={body}
        tabIndex={0}
        role="group"
        aria-label={t('Code')}
        className={`code-lines ${wraps ? 'code-wraps' : ''} ${lines.length === 1 ? 'code-single' : ''}`}
      >
        {shown.map((content, index) => (
          <code key={index} className={`code-line ${index + 1 === line ? 'code-line-sought' : ''}`}>
            <CodeLine text={content} tokens={tokens?.[index]} />
            {'\n'}
          </code>
        ))}
      </pre>
      {shown.length < lines.length && (
        <button type="button" className="code-rest" onClick={() => setShowsAll(true)}>
          {t('Show all {{count}} lines ({{more}} more)', { count: lines.length, more: lines.length - shown.length })}
        </button>
      )}
    </div>
  );
}

export function WrapButton({ wraps, onToggle }: { wraps: boolean; onToggle: (wraps: boolean) => void }) {
  return (
    <button
      type="button"
      className="icon-button aria-pressed:text-primary"
      aria-label={t('Wrap lines')}
      title={t('Wrap lines')}
      aria-pressed={wraps}
      onClick={() => onToggle(!wraps)}
    >
      <Icon name="wrap" size={14} />
    </button>
  );
}
