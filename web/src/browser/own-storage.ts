import { readText, writeText } from './storage';

/** Who had the page open last in this browser. */
const OWNER = 'relay.account';
/** What a person has typed, sent, and is to be told; how the page looks is the browser's. */
const OWN = /^relay\.((?:draft|file|outbox)\..*|history|attention)$/;

let owner = readText(OWNER);
let confirm: () => void = () => undefined;

/** The key of an entry of whoever has the page open: several people may use a browser one after another. */
export const ownKey = (name: string): string => keyOf(owner, name);

/** Resolves once `ownKey` surely gives the keys of whoever is signed in, for what is done by itself in their name. */
export const ownerKnown = new Promise<void>((resolve) => {
  confirm = resolve;
});

/** Says who has the page open. @returns whether it has to be loaded anew, as it was made of what is not this person's */
export function ownedBy(id: string): boolean {
  const before = owner;
  // Without an owner the page was made of nothing, which is right where this person has left nothing.
  const isMadeOfOther = before === null ? hasEntries(id) : before !== id;
  owner = id;
  if (before === null) adopt(id);
  if (before !== id && writeText(OWNER, id) && isMadeOfOther) return true;
  confirm();
  return false;
}

/** The person leaves; what is theirs waits for them. */
export function disown(): void {
  writeText(OWNER, null);
}

/** Loads the page anew once another page has found out that somebody else uses this browser now. @returns ends that */
export function watchOwner(): () => void {
  const look = ({ key, newValue }: StorageEvent): void => {
    if (key === OWNER && newValue !== null && owner !== null && newValue !== owner) window.location.reload();
  };
  window.addEventListener('storage', look);
  return () => window.removeEventListener('storage', look);
}

const keyOf = (id: string | null, name: string): string => (id === null ? `relay.${name}` : `relay.of.${id}.${name}`);

const hasEntries = (id: string): boolean => keysOf(() => localStorage).some((key) => key.startsWith(keyOf(id, '')));

/** What was typed before it was known who does, and what a page without owners has left. */
function adopt(id: string): void {
  for (const storageOf of [() => localStorage, () => sessionStorage]) {
    for (const key of keysOf(storageOf)) {
      const [, name] = OWN.exec(key) ?? [];
      if (name === undefined) continue;
      const storage = storageOf();
      const text = storage.getItem(key) ?? '';
      storage.removeItem(key);
      if (text !== '') storage.setItem(keyOf(id, name), text);
    }
  }
}

/** None where there is no storage. */
function keysOf(storageOf: () => Storage): string[] {
  try {
    return Object.keys(storageOf());
  } catch {
    return [];
  }
}
