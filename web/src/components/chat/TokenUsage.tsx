import { useEffect, useRef } from 'react';
import type { Usage } from '../../api/types';
import type { ChatView } from '../../log/chat-view';
import { formatNumber } from '../../languages/locale';
import { formatCompact, formatExact } from '../../format/quantities';
import { t } from '../../languages/text';

interface TokenUsageProps {
  usage: Usage;
  /** Of the chat: how much its model can hold, and how much of that is taken. */
  view: Pick<ChatView, 'contextWindow' | 'contextTokens'>;
}

interface Row {
  label: string;
  count: number;
  isPart?: boolean;
}

/** The tokens a chat has used, with the parts of the sum on a click. */
export function TokenUsage({ usage, view: { contextWindow, contextTokens } }: TokenUsageProps) {
  const details = useCloseOutside();
  const rows: Row[] = [
    { label: t('Input'), count: usage.inputTokens },
    { label: t('of which cached'), count: usage.cachedInputTokens, isPart: true },
    { label: t('Output'), count: usage.outputTokens },
    { label: t('of which reasoning'), count: usage.reasoningOutputTokens, isPart: true },
    { label: t('Total'), count: usage.totalTokens },
  ];
  if (contextWindow) rows.push({ label: t('Context window'), count: contextWindow });
  if (contextWindow && contextTokens) rows.push({ label: t('of which filled'), count: contextTokens, isPart: true });
  const filled = contextWindow && contextTokens ? Math.min(contextTokens / contextWindow, 1) : null;
  return (
    <details ref={details} className="relative">
      <summary
        className="flex h-8 items-center rounded-lg px-2 text-xs whitespace-nowrap text-muted-foreground tabular-nums hover:bg-muted"
        title={t('Tokens used')}
      >
        {formatCompact(usage.totalTokens)}
        <span className="ms-1 max-sm:sr-only">{t('tokens')}</span>
        {filled !== null && (
          <span className={`ms-1.5 max-sm:sr-only ${filled > 0.8 ? 'font-medium text-warning' : ''}`}>
            {'· '}
            {t('context {{percent}} full', { percent: formatNumber(filled, 0, { style: 'percent' }) })}
          </span>
        )}
      </summary>
      <dl className="absolute end-0 z-20 mt-1 grid w-64 grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 rounded-xl border bg-background p-3.5 text-sm shadow-lg">
        {rows.map(({ label, count, isPart }) => (
          <div key={label} className="contents">
            <dt className={isPart ? 'ps-3 text-muted-foreground' : ''}>{label}</dt>
            <dd className="text-end tabular-nums">{formatExact(count)}</dd>
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
