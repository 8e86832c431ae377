import { useCallback, useState } from 'react';
import { describeError } from '../../api/problem';
import type { Restored, Snapshot, SnapshotDiff } from '../../api/types';
import { workspaceApi } from '../../api/workspace-api';
import { parseTurnDiff } from '../../format/unified-diff';
import { usePaged } from '../../session/use-paged';
import { FileDiffView } from '../agent/FileDiffView';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { Fault, moment, Rows, Section } from '../shell/Page';
import { Spinner } from '../shell/Spinner';
import { t, type Words, words } from '../../languages/text';

const KIND_WORDS: Readonly<Record<Snapshot['kind'], Words>> = {
  turn: words('After a turn'),
  before: words('Before a turn'),
  undo: words('Before files were brought back'),
  restored: words('After files were brought back'),
};

const CHANGE_WORDS: Readonly<Record<SnapshotDiff['files'][number]['kind'], Words>> = {
  ...{ added: words('added'), changed: words('changed'), deleted: words('deleted') },
};

/** The recorded states of the files, the newest first: what each has changed, and the way back to it. */
export function SnapshotList({ chatId, mayWrite }: { chatId: string; mayWrite: boolean }) {
  const load = useCallback(
    (query: { cursor?: string | null; limit: number }) => workspaceApi.snapshots(chatId, query),
    [chatId],
  );
  const list = usePaged(load);
  return (
    <Section title={t('States of the files')} text={t('Recorded after each turn that has changed a file.')}>
      <Rows list={list} nothing={t('Nothing has been recorded yet.')} keyOf={({ id }) => id}>
        {(snapshot) => <SnapshotRow chatId={chatId} snapshot={snapshot} mayWrite={mayWrite} onRestored={list.reload} />}
      </Rows>
    </Section>
  );
}

interface SnapshotRowProps {
  chatId: string;
  snapshot: Snapshot;
  mayWrite: boolean;
  onRestored: () => void;
}

function SnapshotRow({ chatId, snapshot, mayWrite, onRestored }: SnapshotRowProps) {
  const [diff, setDiff] = useState<SnapshotDiff | 'loading' | null>(null);
  const [plan, setPlan] = useState<Restored | null>(null);
  const [error, setError] = useState<string | null>(null);
  const fail = (cause: unknown): void => {
    setDiff(null);
    setError(describeError(cause));
  };
  const toggle = (): void => {
    setError(null);
    if (diff !== null) return setDiff(null);
    setDiff('loading');
    workspaceApi.snapshotDiff(chatId, snapshot.id).then(setDiff, fail);
  };
  const ask = (): void => {
    setError(null);
    workspaceApi.restore(chatId, snapshot.id, true).then(setPlan, fail);
  };
  return (
    <div className="grid grid-cols-1 gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <span className="me-auto">
          {t(KIND_WORDS[snapshot.kind])} <span className="text-muted-foreground">· {moment(snapshot.createdAt)}</span>
        </span>
        {snapshot.available ? (
          <>
            <button type="button" className="button" aria-expanded={diff !== null} onClick={toggle}>
              {diff === null ? t('Show changes') : t('Hide changes')}
            </button>
            {mayWrite && (
              <button type="button" className="button" onClick={ask}>
                {t('Bring back')}
              </button>
            )}
          </>
        ) : (
          <span className="text-muted-foreground">{t('was not recorded')}</span>
        )}
      </div>
      <Fault text={error} />
      {diff === 'loading' && <Spinner />}
      {diff !== null && diff !== 'loading' && <Changes diff={diff} />}
      {plan && (
        <ConfirmDialog
          title={t('Bring the files back to this?')}
          text={t('{{added}} come back, {{changed}} change, {{deleted}} go. What there is now is recorded first.', {
            ...{ added: plan.added, changed: plan.changed, deleted: plan.deleted },
          })}
          confirmLabel={t('Bring back')}
          onConfirm={() => void workspaceApi.restore(chatId, snapshot.id, false).then(onRestored, fail)}
          onClose={() => setPlan(null)}
        />
      )}
    </div>
  );
}

function Changes({ diff }: { diff: SnapshotDiff }) {
  const files = parseTurnDiff(diff.diff);
  return (
    <>
      {files.length === 0 && diff.files.length === 0 && (
        <p className="text-muted-foreground">{t('No text was changed.')}</p>
      )}
      {files.map((file) => (
        <FileDiffView key={file.path} file={file} />
      ))}
      {diff.files
        .filter(({ path }) => !files.some((file) => file.path === path))
        .map(({ path, kind }) => (
          <p key={path} className="break-all text-muted-foreground">
            <bdi>{path}</bdi> {t(CHANGE_WORDS[kind])}
          </p>
        ))}
      {diff.truncated && <p className="text-warning">{t('There is more than is shown here.')}</p>}
    </>
  );
}
