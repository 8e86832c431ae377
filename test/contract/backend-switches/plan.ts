import { Random } from '../../chaos/seeded-random';
import { TEXT_ONLY } from './strict-rules';
import { Shape, SHAPES } from './turn-shapes';

export interface Step {
  readonly backend: string;
  readonly shape: Shape;
}

/** The demo model says what it likes. */
export const DEMO = 'demo';

const fits = (shape: Shape, backend: string): boolean =>
  backend === DEMO ? shape === 'text' : shape !== 'picture' || !TEXT_ONLY.includes(backend);

/** Pairs of backends of which the second never answers a history of the first. */
export const missingPairs = (steps: readonly Step[], backends: readonly string[]): string[] =>
  backends.flatMap((first) => {
    const at = steps.findIndex(({ backend }) => backend === first);
    const later = new Set(at === -1 ? [] : steps.slice(at + 1).map(({ backend }) => backend));
    return backends.filter((second) => second !== first && !later.has(second)).map((second) => `${first}, ${second}`);
  });

/**
 * Backends and shapes of so many turns, by chance: every backend in each round of all of them, so that from the second
 * round on each has answered a history of each other; where two rounds meet, one that has not followed the last one yet.
 */
export function planOf(random: Random, backends: readonly string[], turns: number): Step[] {
  const steps: Step[] = [];
  const seen = new Set<string>();
  let left: string[] = [];
  let shapes: Shape[] = [];
  while (steps.length < turns) {
    const last = steps.at(-1);
    const before = last?.backend ?? '';
    if (left.length === 0) left = [...backends];
    // Nor does the demo model sum up what was said.
    const mayFollow = (id: string): boolean => id !== before && (id !== DEMO || last?.shape !== 'nearly-full');
    const others = left.some(mayFollow) ? left.filter(mayFollow) : backends.filter(mayFollow);
    const unseen = others.filter((id) => !seen.has(`${before}>${id}`));
    const backend = random.pick(unseen.length > 0 ? unseen : others);
    left = left.filter((id) => id !== backend);
    seen.add(`${before}>${backend}`);
    // None is rare.
    if (shapes.length === 0) shapes = [...SHAPES];
    const fitting = shapes.filter((each) => fits(each, backend));
    const shape = fitting.length > 0 ? random.pick(fitting) : 'text';
    shapes = shapes.filter((each) => each !== shape);
    steps.push({ backend, shape });
  }
  return steps;
}
