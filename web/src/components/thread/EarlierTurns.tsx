import { useEffect, useLayoutEffect, useRef } from 'react';
import { Spinner } from '../shell/Spinner';

/** Loading begins so far before the reader is at the top. */
const AHEAD = '600px 0px 0px 0px';

interface EarlierTurnsProps {
  hasEarlier: boolean;
  isLoading: boolean;
  onLoad: () => void;
}

/** Loads the turns before the first that is shown, when the reader comes near; what is being read stays where it is. */
export function EarlierTurns({ hasEarlier, isLoading, onLoad }: EarlierTurnsProps) {
  const place = useRef<HTMLDivElement>(null);
  const load = useRef(onLoad);
  load.current = onLoad;

  useEffect(() => {
    const element = place.current;
    if (!element || !hasEarlier || isLoading) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        // Not before the thread has been scrolled to its end, which it is when it is opened.
        if (entry?.isIntersecting && hasOpened(element)) load.current();
      },
      { root: scrollerOf(element), rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasEarlier, isLoading]);

  useLayoutEffect(() => keepPlace(place.current), []);

  return (
    <div ref={place} className="flex justify-center">
      {hasEarlier && (
        <button
          type="button"
          className="flex items-center gap-2 px-3 pt-4 text-sm text-muted-foreground"
          disabled={isLoading}
          onClick={onLoad}
        >
          {isLoading && <Spinner />} {isLoading ? 'Loading earlier messages…' : 'Show earlier messages'}
        </button>
      )}
    </div>
  );
}

const scrollerOf = (element: HTMLElement): HTMLElement | null => element.parentElement;

/** It is scrolled to its end when it is opened, as far as it does not fit. */
function hasOpened(element: HTMLElement): boolean {
  const scroller = scrollerOf(element);
  const isFilled = (element.nextElementSibling?.childElementCount ?? 0) > 0;
  return isFilled && scroller !== null && (scroller.scrollTop > 0 || scroller.scrollHeight <= scroller.clientHeight);
}

/** Scrolls by as much as what comes in above the first message pushes it down. Returns how to stop that. */
function keepPlace(element: HTMLElement | null): (() => void) | undefined {
  const scroller = element && scrollerOf(element);
  const list = element?.nextElementSibling;
  if (!scroller || !list) return undefined;
  let first: Element | null = list.firstElementChild;
  let top = first?.getBoundingClientRect().top ?? 0;
  const remember = () => {
    first = list.firstElementChild;
    top = first?.getBoundingClientRect().top ?? 0;
  };
  const observer = new MutationObserver(() => {
    if (first?.isConnected && first !== list.firstElementChild) {
      scroller.scrollTop += first.getBoundingClientRect().top - top;
    }
    remember();
  });
  observer.observe(list, { childList: true });
  scroller.addEventListener('scroll', remember, { passive: true });
  return () => {
    observer.disconnect();
    scroller.removeEventListener('scroll', remember);
  };
}
