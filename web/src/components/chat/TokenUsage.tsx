import { useEffect, useRef } from 'react';
import type { Usage } from '../../api/types';
import { formatCompact, formatExact } from '../../format/quantities';

interface TokenUsageProps {
  usage: Usage;
  contextWindow: number | null;
}

/** The tokens a chat has used, with the parts of the sum on a click. */
export function TokenUsage({ usage, contextWindow }: TokenUsageProps) {
  const details = useCloseOutside();
  const rows: [string, number][] = [
    ['Input', usage.inputTokens],
    ['of which cached', usage.cachedInputTokens],
    ['Output', usage.outputTokens],
    ['of which reasoning', usage.reasoningOutputTokens],
    ['Total', usage.totalTokens],
  ];
  if (contextWindow) rows.push(['Context window', contextWindow]);
  return (
    <details ref={details} className="relative">
      <summary
        className="flex h-8 items-center rounded-lg px-2 text-xs whitespace-nowrap text-muted-foreground tabular-nums hover:bg-muted"
        title="Tokens used"
      >
        {formatCompact(usage.totalTokens)}
        <span className="ml-1 max-sm:sr-only">tokens</span>
      </summary>
      <dl className="absolute right-0 z-20 mt-1 grid w-64 grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 rounded-xl border bg-background p-3.5 text-sm shadow-lg">
        {rows.map(([label, count]) => (
          <div key={label} className="contents">
            <dt className={label.startsWith('of') ? 'pl-3 text-muted-foreground' : ''}>{label}</dt>
            <dd className="text-right tabular-nums">{formatExact(count)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Folds the panel when the user clicks elsewhere or presses Escape. */
function useCloseOutside() {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const element = details.current;
      if (!element?.open) return;
      const isInside = event.target instanceof Node && element.contains(event.target);
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !isInside) element.open = false;
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', close);
    };
  }, []);
  return details;
}
