import { t } from '../../languages/text';
import { isValidElement, type ReactNode, useRef, useState } from 'react';
import { extractTableDataFromElement, tableDataToMarkdown, tableDataToTSV, useIsCodeFenceIncomplete } from 'streamdown';
import { lazyPart } from '../../browser/lazy-part';
import { targetOfHash } from '../../format/workspace-link';
import { CodeView } from '../code/CodeView';
import { CopyButton } from '../code/CopyButton';
import { Icon } from '../shell/Icon';
import { PartBoundary } from '../shell/PartBoundary';
import { Dialog } from '../code/Dialog';
import { useFileViewer } from './file-viewer';

const Diagram = lazyPart(() => import('./Diagram'));

const LINK = 'text-primary underline decoration-primary/40 underline-offset-2 hover:decoration-primary';
/** What a page may be left for: a place of its own is none, as whoever writes it cannot know one. */
const ADDRESS = /^(?:https?:|mailto:)/i;

/** A link opens without a way back to this page; one to a file of the workspace shows that. */
export function Link({ href, children }: { href?: string; children?: ReactNode }) {
  const open = useFileViewer();
  const target = href === undefined ? null : targetOfHash(href);
  if (target && open) {
    return (
      <button type="button" className={`${LINK} cursor-pointer text-start`} onClick={() => open(target)}>
        {children}
      </button>
    );
  }
  if (href === undefined || !ADDRESS.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className={LINK}>
      {children}
    </a>
  );
}

/** A picture is a link to it: loading it tells its server that this was read. */
export function Picture({ src, alt }: { src?: unknown; alt?: string }) {
  return (
    <Link href={typeof src === 'string' ? src : undefined}>
      {alt ? t('Image: {{alt}}', { alt }) : t('Image: without a description')}
    </Link>
  );
}

interface CodeProps {
  className?: string;
  children?: ReactNode;
}

/** What stands in `pre`: code, or a diagram. */
export function Preformatted({ children }: { children?: ReactNode }) {
  const isIncomplete = useIsCodeFenceIncomplete();
  if (!isValidElement<CodeProps>(children)) return <pre>{children}</pre>;
  const language = /language-(\S+)/.exec(children.props.className ?? '')?.[1] ?? '';
  const code = textOf(children.props.children);
  if (language !== 'mermaid') return <CodeView code={code} language={language} isIncomplete={isIncomplete} />;
  return <DiagramCode code={code} isIncomplete={isIncomplete} />;
}

/** A diagram is drawn when it is asked for: what draws it is large. */
function DiagramCode({ code, isIncomplete }: { code: string; isIncomplete: boolean }) {
  const [isDrawn, setDrawn] = useState(false);
  const button = (
    <button
      type="button"
      className="button min-h-7 px-2 text-xs"
      aria-pressed={isDrawn}
      onClick={() => setDrawn(!isDrawn)}
    >
      {t(isDrawn ? 'Hide the diagram' : 'Draw the diagram')}
    </button>
  );
  return (
    <div className="grid gap-2">
      <CodeView code={code} language="mermaid" isIncomplete={isIncomplete} actions={isIncomplete ? null : button} />
      {isDrawn && (
        <PartBoundary frame={(fault) => fault}>
          <Diagram source={code} />
        </PartBoundary>
      )}
    </div>
  );
}

const textOf = (children: ReactNode): string =>
  Array.isArray(children) ? children.map(textOf).join('') : typeof children === 'string' ? children : '';

/** A table with the means to take it along, and to see it as wide as the window. */
export function Table({ children }: { children?: ReactNode }) {
  const place = useRef<HTMLTableElement>(null);
  const [isWide, setWide] = useState(false);
  const data = () => (place.current ? extractTableDataFromElement(place.current) : { headers: [], rows: [] });
  return (
    <div className="my-4 overflow-hidden rounded-xl border">
      <div className="flex items-center justify-end border-b bg-card px-1">
        <CopyButton text={() => tableDataToMarkdown(data())} label={t('Copy as Markdown')} />
        <CopyButton text={() => tableDataToTSV(data())} label={t('Copy for a spreadsheet')} icon="columns" />
        <button
          type="button"
          className="icon-button"
          aria-label={t('Widen the table')}
          title={t('Widen')}
          onClick={() => setWide(true)}
        >
          <Icon name="expand" size={14} />
        </button>
      </div>
      <div className="table-scroller max-h-120 overflow-auto" tabIndex={0} role="group" aria-label={t('Table')}>
        <table ref={place} className="w-full border-collapse text-sm">
          {children}
        </table>
      </div>
      {isWide && (
        <Dialog title={t('Table')} onClose={() => setWide(false)}>
          <div
            className="markdown table-scroller overflow-auto rounded-xl border"
            tabIndex={0}
            role="group"
            aria-label={t('Wide table')}
          >
            <table className="w-full border-collapse text-sm">{children}</table>
          </div>
        </Dialog>
      )}
    </div>
  );
}
