import type { Reading } from '../../session/use-reading';
import { Loading, ReadFault } from './ReadState';

/** While something is on its way, or cannot be read; nothing once it is there. */
export function LoadState<T>({ of: { value, failure, reload } }: { of: Reading<T> }) {
  if (failure === null) return value === null ? <Loading /> : null;
  return <ReadFault failure={failure} onRetry={reload} />;
}
