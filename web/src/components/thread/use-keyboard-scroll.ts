import { type RefObject, useEffect } from 'react';

/** streamdown's boxes that scroll, and what they hold. */
const SCROLLERS = [
  { selector: '[data-streamdown="code-block-body"]:not([tabindex])', label: 'Code' },
  { selector: '[data-streamdown="table-wrapper"] > div:has(> table):not([tabindex])', label: 'Table' },
];

/** Lets the keyboard reach the code and tables that may be wider than the page; streamdown has no option for it. */
export function useKeyboardScroll(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const mark = () => {
      for (const { selector, label } of SCROLLERS) {
        for (const scroller of element.querySelectorAll<HTMLElement>(selector)) {
          scroller.tabIndex = 0;
          scroller.role = 'group';
          scroller.ariaLabel = label;
        }
      }
    };
    mark();
    // Highlighted code takes the place of plain code some time later.
    const observer = new MutationObserver(mark);
    observer.observe(element, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [container]);
}
