import { formatExact } from './quantities';
import { t } from '../languages/text';
/** A turn has all of its steps shown up to so many. */
const MOST_STEPS = 60;
/** Of a longer one so many, the last ones; more as the turn goes on, so that the first that is shown is not another with each. */
const LAST_STEPS = 30;
const GROUP = 20;

/** So many more come with a click. */
export const STEPS_AT_ONCE = 100;

interface Step {
  kind: string;
}

/** The number of the first step that is shown of so many. */
export const firstShown = (count: number): number =>
  count <= MOST_STEPS ? 0 : Math.floor((count - LAST_STEPS) / GROUP) * GROUP;

/** The first that is shown after more was asked for. */
export const firstBefore = (first: number): number => Math.max(0, first - STEPS_AT_ONCE);

/** What brings more, and how much it is that is not shown, of it what is said: `Show 100 of 280 earlier steps (texts: 3, notices: 1)`. */
export function wordsOfSteps(steps: readonly Step[]): string {
  const values = {
    ...{ count: steps.length, some: formatExact(Math.min(steps.length, STEPS_AT_ONCE)) },
    texts: formatExact(countOf(steps, 'text')),
    notices: formatExact(countOf(steps, 'notice')),
  };
  return t('Show {{some}} of {{count}} earlier steps (texts: {{texts}}, notices: {{notices}})', values);
}

const countOf = (steps: readonly Step[], kind: string): number => steps.filter((step) => step.kind === kind).length;
