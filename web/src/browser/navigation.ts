let isOnWay = false;
if (typeof window !== 'undefined') window.addEventListener('hashchange', () => (isOnWay = true));

/** Whether one has gone from page to page since this was loaded. */
export const hasNavigated = (): boolean => isOnWay;
