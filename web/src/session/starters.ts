import type { Backend, Template } from '../api/types';
import { t } from '../languages/text';

/** A first message that a person is offered. */
export interface Starter {
  title: string;
  prompt: string;
  /** Id of the template that it belongs to, which the chat is made from then. */
  template?: string;
}

const MOST = 6;

/** Words that the built-in demo model understands. */
const ofDemo = (): readonly Starter[] => [
  { title: t('Say hello'), prompt: 'Hello! What can you do?' },
  { title: t('Run a command'), prompt: 'run: ls -la' },
  { title: t('Write a file'), prompt: 'write: notes.txt' },
  { title: t('Make a plan'), prompt: 'plan: build a website' },
  { title: t('Ask for approval'), prompt: 'approve: date' },
  { title: t('Show a failure'), prompt: 'fail: on purpose' },
];

/**
 * Of the demo model its own; else those of the template, and where none is chosen the first of each.
 *
 * @param templateId chosen for the chat
 */
export function startersFor(
  backend: Backend | undefined,
  templates: readonly Template[],
  templateId: string | undefined,
): readonly Starter[] {
  if (backend?.type === 'demo') return ofDemo();
  const chosen = templates.find(({ id }) => id === templateId);
  if (chosen) return chosen.starters.slice(0, MOST);
  return templates
    .flatMap(({ id, starters }) => starters.slice(0, 1).map((starter) => ({ ...starter, template: id })))
    .slice(0, MOST);
}
