/** A metric in an expression, with the labels that it is chosen by. */
export interface Selected {
  readonly series: string;
  readonly labels: readonly string[];
}

const SELECTOR = /\b((?:codex_relay|process|nodejs)_\w+)(?:\{([^}]*)\})?/g;

/** The series that a PromQL expression reads. */
export function selectorsOf(expression: string): Selected[] {
  return [...expression.matchAll(SELECTOR)].map(([, series = '', matchers = '']) => ({
    series,
    labels: [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
  }));
}

/** The labels that it groups by. */
export function groupingOf(expression: string): string[] {
  return [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) =>
    labels.split(',').map((l) => l.trim()),
  );
}

/** The series whose increase it takes, which only a counter has. */
export function ratedIn(expression: string): string[] {
  return [...expression.matchAll(/\b(?:rate|increase)\((\w+)/g)].map(([, series = '']) => series);
}
