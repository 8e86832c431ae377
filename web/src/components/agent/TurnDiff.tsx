import { useMemo } from 'react';
import { parseTurnDiff } from '../../format/unified-diff';
import type { TurnView } from '../../log/chat-view';
import { Disclosure } from './Disclosure';
import { FileDiffView } from './FileDiffView';

/** All that a turn changed, in one place. A turn with a single step of changes shows that already. */
export function TurnDiff({ turn }: { turn: TurnView }) {
  const files = useMemo(() => parseTurnDiff(turn.diff ?? ''), [turn.diff]);
  const steps = turn.parts.filter((part) => part.kind === 'action' && part.action.kind === 'file_change').length;
  if (files.length === 0 || steps === 1) return null;
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  return (
    <Disclosure summary={<span>All changes of this turn ({count})</span>}>
      <div className="flex flex-col gap-2 p-2">
        {files.map((file) => (
          <FileDiffView key={file.path} file={file} />
        ))}
      </div>
    </Disclosure>
  );
}
