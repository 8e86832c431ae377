import { useState } from 'react';
import type { News } from '../session/attention';
import { chatHash, openChat } from './hash-route';
import { readText, writeText } from './storage';
import { t, words } from '../languages/text';

const KEY = 'relay.notify';
const WORDS = { waiting: words('waits for your decision'), ended: words('has ended') };

/** `off` until the person asks for them; `blocked` by the browser's settings; `missing` without a secure origin, say. */
export type NotificationState = 'on' | 'off' | 'blocked' | 'missing';

function currentState(): NotificationState {
  if (!('Notification' in window) || !window.isSecureContext) return 'missing';
  if (Notification.permission === 'denied') return 'blocked';
  return Notification.permission === 'granted' && readText(KEY) === 'on' ? 'on' : 'off';
}

/** Whether the browser tells of what waits or has ended, and what changes that. The permission is asked for by that alone. */
export function useNotifications(): [NotificationState, (on: boolean) => Promise<NotificationState>] {
  const [state, setState] = useState(currentState);
  const turn = async (on: boolean): Promise<NotificationState> => {
    if (on) await Notification.requestPermission();
    writeText(KEY, on ? 'on' : null);
    const next = currentState();
    setState(next);
    return next;
  };
  return [state, turn];
}

/** Tells the person, where they have asked for it and do not have the page before them. */
export function notify({ kind, chat }: News): void {
  if (currentState() !== 'on' || (!document.hidden && document.hasFocus())) return;
  void show(chat.id, chat.title, t(WORDS[kind]));
}

async function show(chatId: string, title: string, words: string): Promise<void> {
  // The same name again takes the place of the one before: several tabs tell of it once.
  const options = { body: words, tag: `relay-${chatId}`, icon: './icon-192.png', data: { hash: chatHash(chatId) } };
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  // Phones take none from a page, only from its worker.
  if (registration?.active) return registration.showNotification(title, options);
  const notification = new Notification(title, options);
  notification.onclick = () => {
    window.focus();
    openChat(chatId);
  };
}
