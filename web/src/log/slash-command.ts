import type { TurnMode } from '../api/types';
import { words } from '../languages/text';

/** What is written in the composer as a command to the service instead of words to the agent. */
export type SlashCommand = { name: 'compact' } | { name: 'review'; instructions: string | null };

/** The commands that the composer offers at a slash. */
export const SLASH_COMMANDS = [
  { name: '/compact', help: words('Sum up what was said, so that the model has room again') },
  { name: '/plan', help: words('Have the agent plan what follows, and change nothing') },
  { name: '/review', help: words('Have the changes that are not committed reviewed') },
] as const;

/** The command in a text; null: it is a message. */
export function slashCommandOf(text: string): SlashCommand | null {
  const [, name, rest = ''] = /^\/(compact|review)(?:\s+([^]*))?$/.exec(text.trim()) ?? [];
  if (name === 'review') return { name, instructions: rest || null };
  return name === 'compact' && rest === '' ? { name } : null;
}

/** A text that begins with `/plan` is one to plan by. */
export function modeOf(text: string): { text: string; mode?: TurnMode } {
  const [, rest] = /^\/plan\s+([^]+)$/.exec(text.trim()) ?? [];
  return rest === undefined ? { text } : { text: rest, mode: 'plan' };
}
