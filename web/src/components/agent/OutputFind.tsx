import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useReturnFocus } from '../../browser/use-return-focus';
import { findIn, type Found } from '../../format/find';
import { Visible } from '../code/Visible';
import { Icon } from '../shell/Icon';
import { t } from '../../languages/text';

export interface Find {
  isOpen: boolean;
  toggle: () => void;
  found: Found;
  length: number;
  /** Of those that are marked. */
  current: number;
  field: ReactNode;
}

/** Searching in a text: what is found, and the field to ask for it. */
export function useFind(text: string): Find {
  const [isOpen, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const [current, setCurrent] = useState(0);
  const found = useMemo(() => findIn(isOpen ? text : '', words), [text, words, isOpen]);
  const marked = found.starts.length;
  const go = (step: number) => setCurrent((now) => (marked === 0 ? 0 : (now + step + marked) % marked));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setOpen(false);
    else if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const field = (
    <Field>
      <input
        type="search"
        autoFocus
        dir="auto"
        aria-label={t('Words to search for in the output')}
        placeholder={t('Search in the output')}
        className="min-w-0 flex-1 bg-transparent py-2 text-base outline-none sm:text-[0.8125rem]"
        value={words}
        onChange={({ target }) => {
          setWords(target.value);
          setCurrent(0);
        }}
        onKeyDown={onKeyDown}
      />
      <span role="status" className="whitespace-nowrap text-muted-foreground">
        {words !== '' &&
          (found.count === 0
            ? t('Nothing found')
            : t('{{used}} of {{maximum}}', { used: current + 1, maximum: found.count }))}
      </span>
      <button type="button" className="icon-button" aria-label={t('Previous match')} onClick={() => go(-1)}>
        <Icon name="arrowUp" size={14} />
      </button>
      <button type="button" className="icon-button" aria-label={t('Next match')} onClick={() => go(1)}>
        <Icon name="arrowDown" size={14} />
      </button>
    </Field>
  );
  return { isOpen, toggle: () => setOpen(!isOpen), found, length: words.length, current, field };
}

function Field({ children }: { children: ReactNode }) {
  useReturnFocus();
  return <div className="flex items-center gap-1 border-b px-3 text-xs">{children}</div>;
}

/** A text with what was found marked, and the current match in sight. */
export function FoundText({ text, find: { found, length, current } }: { text: string; find: Find }) {
  const place = useRef<HTMLElement>(null);
  const start = found.starts[current];
  useEffect(() => {
    // Browsers have begun to answer with a promise, which is nothing to clean up with.
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [start, length]);
  const pieces: ReactNode[] = [];
  let end = 0;
  found.starts.forEach((at, index) => {
    pieces.push(<Visible key={`t${at}`} text={text.slice(end, at)} />);
    end = at + length;
    const isCurrent = index === current;
    pieces.push(
      <mark key={at} ref={isCurrent ? place : undefined} className={isCurrent ? 'found found-current' : 'found'}>
        <Visible text={text.slice(at, end)} />
      </mark>,
    );
  });
  return (
    <>
      {pieces}
      <Visible text={text.slice(end)} />
    </>
  );
}
