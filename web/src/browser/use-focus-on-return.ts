import { type RefObject, useLayoutEffect, useRef } from 'react';

/** For what makes room for something else, a button for a form say: back again, it gets the focus that went away with that. */
export function useFocusOnReturn<T extends HTMLElement>(isAway: boolean): RefObject<T | null> {
  const place = useRef<T>(null);
  const wasAway = useRef(isAway);
  useLayoutEffect(() => {
    if (wasAway.current && !isAway && document.activeElement === document.body) place.current?.focus();
    wasAway.current = isAway;
  }, [isAway]);
  return place;
}
