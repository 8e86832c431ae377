import { useState } from 'react';
import { readText, writeText } from './storage';

const KEY = 'relay.theme';
export type Theme = 'light' | 'dark';

/** Applies the saved choice; without one the page follows the system (`color-scheme: light dark`). */
export function applySavedTheme(): void {
  const saved = readText(KEY);
  if (saved === 'light' || saved === 'dark') document.documentElement.dataset.theme = saved;
}

export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(currentTheme);
  const toggle = () => {
    const next = currentTheme() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    writeText(KEY, next);
    setTheme(next);
  };
  return [theme, toggle];
}

function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
