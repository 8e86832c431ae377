import { useEffect, useState } from 'react';

/** Where something goes that had the focus, it goes back to what had it before, or to the page. */
export function useReturnFocus(): void {
  // Before a field of it takes the focus.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (document.activeElement !== document.body) return;
      const main = document.querySelector('main');
      const next = before?.isConnected && before !== document.body ? before : main;
      if (next instanceof HTMLElement) next.focus({ preventScroll: next === main });
    },
    [before],
  );
}
