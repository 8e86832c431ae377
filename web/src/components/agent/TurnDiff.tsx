import { useMemo, useState } from 'react';
import { parseTurnDiff } from '../../format/unified-diff';
import type { TurnView } from '../../log/chat-view';
import { useChatActions } from '../thread/chat-actions';
import { Disclosure } from './Disclosure';
import { FileDiffView } from './FileDiffView';
import { t } from '../../languages/text';

/**
 * All that a turn changed, in one place. A turn with a single step of changes shows that already. A diff that is here in part
 * is fetched when the block is unfolded.
 */
export function TurnDiff({ turn }: { turn: TurnView }) {
  const actions = useChatActions();
  const [hasFailed, setFailed] = useState(false);
  const files = useMemo(() => parseTurnDiff(turn.diff?.text ?? ''), [turn.diff]);
  const steps = turn.parts.filter((part) => part.kind === 'action' && part.action.kind === 'file_change').length;
  if (turn.diff === null || files.length === 0 || steps === 1) return null;
  const isCut = turn.diff.truncated;
  const count = turn.diff.files ?? files.length;
  const fetchWhole = () => {
    setFailed(false);
    actions.fetchTurnDiff(turn.id).catch(() => setFailed(true));
  };
  return (
    <Disclosure
      summary={<span>{t('All changes of this turn ({{count}} files)', { count })}</span>}
      onOpen={isCut ? fetchWhole : undefined}
    >
      <div className="flex flex-col gap-2 p-2">
        {isCut && (
          <p className="px-1 text-xs text-muted-foreground">
            {hasFailed
              ? t('The rest could not be loaded: fold this and unfold it to try again.')
              : t('Loading the rest…')}
          </p>
        )}
        {files.map((file) => (
          <FileDiffView key={file.path} file={file} />
        ))}
      </div>
    </Disclosure>
  );
}
