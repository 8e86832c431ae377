interface BadgeNavigator {
  setAppBadge?: (count: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
}

let shownTitle: string | null = null;
let shownCount = 0;

/** Names what the tab shows; null: nothing in particular. */
export function nameTab(title: string | null): void {
  shownTitle = title;
  showInTab();
}

/** Shows in the tab, and on the icon of an installed app, how many chats are to be looked at. */
export function countInTab(count: number): void {
  shownCount = count;
  showInTab();
}

function showInTab(): void {
  const [title, count] = [shownTitle, shownCount];
  const mark = count > 0 ? `(${count > 99 ? '99+' : count}) ` : '';
  document.title = `${mark}${title ? `${title} · ` : ''}codex-relay`;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const wanted = count > 0 ? './favicon-news.svg' : './favicon.svg';
  if (icon && icon.getAttribute('href') !== wanted) icon.setAttribute('href', wanted);
  const { setAppBadge, clearAppBadge } = navigator as BadgeNavigator;
  const done = count > 0 ? setAppBadge?.call(navigator, count) : clearAppBadge?.call(navigator);
  // It is not installed, or may not.
  done?.catch(() => undefined);
}
