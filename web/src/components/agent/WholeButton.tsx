import { useState } from 'react';
import { describeError } from '../../api/problem';
import { formatCompact } from '../../format/quantities';
import { t } from '../../languages/text';

interface WholeButtonProps {
  /** Characters of all of it. */
  size: number;
  fetch: () => Promise<void>;
  onFetched?: () => void;
}

/** Fetches what is here in part. */
export function WholeButton({ size, fetch, onFetched }: WholeButtonProps) {
  const [isFetching, setFetching] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const load = async () => {
    setFetching(true);
    setError(null);
    try {
      await fetch();
      onFetched?.();
    } catch (problem) {
      setError(describeError(problem));
    } finally {
      setFetching(false);
    }
  };
  return (
    <button
      type="button"
      className="w-full border-b px-3 py-1.5 text-start text-xs text-primary"
      disabled={isFetching}
      onClick={() => void load()}
    >
      {isFetching ? t('Loading…') : t('Show all of it ({{size}} characters)', { size: formatCompact(size) })}
      {error && <span className="block text-danger">{error}</span>}
    </button>
  );
}
