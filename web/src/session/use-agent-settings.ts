import { useCallback, useState } from 'react';
import { readJson, writeJson } from '../browser/storage';
import { useAccount } from './account';
import { type AgentSettings, settingsFrom } from './agent-settings';

const keyOf = (accountId: string | undefined): string => `relay.settings.${accountId ?? 'anybody'}`;

const read = (key: string) => ({ key, settings: settingsFrom(readJson(key)) });

/** What this person has chosen for new chats, in this browser. */
export function useAgentSettings(): [AgentSettings, (changes: AgentSettings) => void] {
  const key = keyOf(useAccount()?.id);
  const [kept, setKept] = useState(() => read(key));
  // At once, and not with the next drawing: a chat may be made in between.
  const current = kept.key === key ? kept : read(key);
  if (current !== kept) setKept(current);
  const change = useCallback(
    (changes: AgentSettings) => {
      const settings = settingsFrom({ ...read(key).settings, ...changes });
      writeJson(key, settings);
      setKept({ key, settings });
    },
    [key],
  );
  return [current.settings, change];
}
