import type { AvailableCommand } from '@agentclientprotocol/sdk';

/** What may be asked for in front of a prompt, beside what is said. */
export const COMMANDS: AvailableCommand[] = [
  { name: 'compact', description: 'Replace what was said so far by a summary in what the model sees.' },
  {
    name: 'review',
    description: 'Look for mistakes in the changes that are not committed, or in what is named.',
    input: { hint: 'what to look at' },
  },
];

type Command = { readonly name: 'compact' } | { readonly name: 'review'; readonly instructions: string };

/** The command that a prompt is; undefined for what is said to the agent. */
export function commandIn(text: string): Command | undefined {
  const [, name, rest = ''] = /^\/(compact|review)(?:\s+([^]*))?$/.exec(text.trim()) ?? [];
  if (name === 'compact') return rest === '' ? { name } : undefined;
  return name === 'review' ? { name, instructions: rest.trim() } : undefined;
}
