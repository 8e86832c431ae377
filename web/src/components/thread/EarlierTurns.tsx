import { t } from '../../languages/text';
import { useEffect, useRef } from 'react';
import { Spinner } from '../shell/Spinner';

/** Loading begins so far before the reader is at the top. */
const AHEAD = '600px 0px 0px 0px';

/** The turns before the first that is here. */
export interface Earlier {
  hasEarlier: boolean;
  isLoading: boolean;
  onLoad: () => void;
}

/** Loads the turns before the first that is shown, when the reader comes near. */
export function EarlierTurns({ hasEarlier, isLoading, onLoad }: Earlier) {
  const place = useRef<HTMLDivElement>(null);
  const load = useRef(onLoad);
  const hasScrolled = useRef(false);
  load.current = onLoad;

  useEffect(() => {
    const element = place.current;
    if (!element || !hasEarlier || isLoading) return;
    const observer = new IntersectionObserver(
      (entries) => {
        // On a page that is busy they come several at a time: how it is now is the last.
        const isNear = entries.at(-1)?.isIntersecting ?? false;
        // Not before the thread has been scrolled to its end, which it is when it is opened.
        hasScrolled.current ||= hasOpened(element);
        if (isNear && hasScrolled.current) load.current();
      },
      { root: element.parentElement, rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasEarlier, isLoading]);

  return (
    <div ref={place} className="flex justify-center">
      {hasEarlier && (
        <button
          type="button"
          className="flex items-center gap-2 px-3 pt-4 text-sm text-muted-foreground"
          disabled={isLoading}
          onClick={onLoad}
        >
          {isLoading && <Spinner />} {t(isLoading ? 'Loading earlier messages…' : 'Show earlier messages')}
        </button>
      )}
    </div>
  );
}

/** It is scrolled to its end when it is opened, as far as it does not fit. */
function hasOpened(element: HTMLElement): boolean {
  const scroller = element.parentElement;
  const isFilled = (element.nextElementSibling?.childElementCount ?? 0) > 0;
  return isFilled && scroller !== null && (scroller.scrollTop > 0 || scroller.scrollHeight <= scroller.clientHeight);
}
