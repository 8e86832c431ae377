import { useEffect } from 'react';
import { type Words, words } from '../../languages/text';

export interface Shortcut {
  /** As the help names it. */
  keys: string;
  does: Words;
  matches: (event: KeyboardEvent) => boolean;
  /** Also while something is written. */
  isEverywhere: boolean;
}

const isCommand = (event: KeyboardEvent): boolean => event.ctrlKey || event.metaKey;
const isPlain = (event: KeyboardEvent): boolean => !isCommand(event) && !event.altKey;
const isAlt = (event: KeyboardEvent): boolean => event.altKey && !isCommand(event) && !event.shiftKey;

export const SHORTCUTS = {
  help: { keys: '?', does: words('Show this help'), isEverywhere: false, matches: (e) => e.key === '?' && isPlain(e) },
  write: {
    ...{ keys: '/', does: words('Write a message'), isEverywhere: false },
    matches: (e) => e.key === '/' && isPlain(e),
  },
  search: {
    ...{ keys: 'Ctrl+K', does: words('Search chats'), isEverywhere: true },
    matches: (e) => e.code === 'KeyK' && isCommand(e) && !e.shiftKey && !e.altKey,
  },
  newChat: {
    ...{ keys: 'Ctrl+Shift+O', does: words('New chat'), isEverywhere: true },
    matches: (e) => e.code === 'KeyO' && isCommand(e) && e.shiftKey,
  },
  next: {
    ...{ keys: 'Alt+↓', does: words('Next chat of the list'), isEverywhere: true },
    matches: (e) => e.key === 'ArrowDown' && isAlt(e),
  },
  previous: {
    ...{ keys: 'Alt+↑', does: words('Previous chat of the list'), isEverywhere: true },
    matches: (e) => e.key === 'ArrowUp' && isAlt(e),
  },
  attention: {
    ...{ keys: 'Alt+W', does: words('Next chat that waits for you, or has ended'), isEverywhere: true },
    matches: (e) => e.code === 'KeyW' && isAlt(e),
  },
} as const satisfies Record<string, Shortcut>;

export type ShortcutName = keyof typeof SHORTCUTS;

/** What happens by keys in the place where they are pressed. */
export const LOCAL_KEYS: readonly (readonly [keys: string, does: Words])[] = [
  ['Enter', words('Send the message')],
  ['Shift+Enter', words('A new line')],
  ['Ctrl+Shift+Enter', words('Tell the running turn at once')],
  ['↑', words('In an empty message: what you have sent before')],
  ['@', words('Name a file of the workspace')],
  ['/', words('At the beginning of a message: commands')],
  ['Esc', words('Stop the turn')],
  ['↑ ↓ Home End', words('In the list: go from chat to chat')],
  ['p, F2, Delete', words('In the list: pin, rename, delete')],
];

const TEXT_FIELD = 'input, textarea, select, [contenteditable]';

/** Runs the shortcuts for as long as the component lives; none while a dialog is open. */
export function useShortcuts(run: Readonly<Record<ShortcutName, () => void>>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
      const isWriting = event.target instanceof Element && event.target.closest(TEXT_FIELD) !== null;
      const names = Object.keys(SHORTCUTS) as ShortcutName[];
      const name = names.find((one) => SHORTCUTS[one].matches(event) && (SHORTCUTS[one].isEverywhere || !isWriting));
      if (name === undefined) return;
      event.preventDefault();
      run[name]();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [run]);
}
