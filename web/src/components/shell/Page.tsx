import { type ReactNode, useEffect, useRef } from 'react';
import { hasNavigated } from '../../browser/navigation';
import { nameTab } from '../../browser/page-badge';
import { useKeptFocus } from '../../browser/use-kept-focus';
import { formatMoment } from '../../format/times';
import type { Paged } from '../../session/use-paged';
import { ChatHeader } from '../chat/ChatHeader';
import { CopyButton } from '../code/CopyButton';
import { Loading, ReadFault } from './ReadState';
import { t } from '../../languages/text';

export const FIELD = 'mt-1 w-full min-w-0 rounded-lg border bg-background px-3 py-2 text-base font-normal sm:text-sm';

interface PageProps {
  title: string;
  /** What the page belongs to, behind its title in the tab of the browser. */
  part?: string;
  onOpenDrawer: () => void;
  /** Stands between the header and what scrolls. */
  tabs?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
}

/** A page of settings: a header, and sections that scroll below it. */
export function Page({ title, part, onOpenDrawer, tabs, isWide = false, children }: PageProps) {
  useArrival(title, part);
  return (
    <>
      <ChatHeader title={title} onOpenDrawer={onOpenDrawer} />
      {tabs}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className={`mx-auto grid w-full grid-cols-1 gap-8 px-4 py-6 ${isWide ? 'max-w-5xl' : 'max-w-2xl'}`}>
          {children}
        </div>
      </div>
    </>
  );
}

/** Names the tab, and begins to read at the heading for whoever came from another page. */
function useArrival(title: string, part = ''): void {
  useEffect(() => {
    nameTab([title, part].filter(Boolean).join(' · '));
    return () => nameTab(null);
  }, [title, part]);
  useEffect(() => {
    if (!hasNavigated()) return;
    // Once the drawer, from which one came, is closed.
    const frame = requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus());
    return () => cancelAnimationFrame(frame);
  }, [title]);
}

interface SectionProps {
  title: string;
  text?: ReactNode;
  /** Beside the title. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Section({ title, text, aside, children }: SectionProps) {
  return (
    <section aria-label={title} className="min-w-0">
      <div className="flex flex-wrap items-center gap-2">
        <h2 tabIndex={-1} className="me-auto font-semibold outline-none">
          {title}
        </h2>
        {aside}
      </div>
      {text && <p className="mt-1 text-sm text-muted-foreground">{text}</p>}
      <div className="mt-3 grid grid-cols-1 gap-3">{children}</div>
    </section>
  );
}

export function Fault({ text }: { text: string | null }) {
  if (!text) return null;
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm break-words text-danger">
      {text}
    </p>
  );
}

interface RowsProps<T> {
  list: Paged<T>;
  /** Said where the list has nothing. */
  nothing: string;
  keyOf: (row: T) => string;
  children: (row: T) => ReactNode;
}

/** A list in a frame, with its fault, its emptiness, and the next page. With its last row the focus goes to the heading. */
export function Rows<T>({ list, nothing, keyOf, children }: RowsProps<T>) {
  const { rows, hasMore, failure, error, reload, loadMore } = list;
  const body = useRef<HTMLDivElement>(null);
  useKeptFocus(body, () => body.current?.closest('section, dialog')?.querySelector<HTMLElement>('h2'));
  return (
    <div ref={body} className="contents">
      <Fault text={error} />
      <ReadFault failure={failure} onRetry={reload} />
      {rows === null && !failure && <Loading />}
      {rows?.length === 0 && <p className="text-sm text-muted-foreground">{nothing}</p>}
      {rows && rows.length > 0 && (
        <ul className="divide-y rounded-xl border">
          {rows.map((row) => (
            <li key={keyOf(row)} className="px-3 py-2.5 text-sm">
              {children(row)}
            </li>
          ))}
        </ul>
      )}
      {hasMore && (
        <button type="button" className="button justify-self-start" onClick={loadMore}>
          {t('Show more')}
        </button>
      )}
    </div>
  );
}

/** What is shown once: a key, a link. */
export function ShownOnce({ label, value }: { label: string; value: string }) {
  return (
    <div role="status" className="rounded-lg border bg-card px-3 py-2 text-sm">
      <p>{label}</p>
      <div className="mt-1 flex items-start gap-2">
        <code dir="ltr" className="min-w-0 flex-1 font-mono break-all select-all">
          {value}
        </code>
        <CopyButton text={value} />
      </div>
    </div>
  );
}

export const textField = (form: FormData, name: string): string => ((form.get(name) as string | null) ?? '').trim();

export const moment = formatMoment;
