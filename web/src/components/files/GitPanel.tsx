import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { describeError } from '../../api/problem';
import type { ChatRepository, GitDiff, GitStatus } from '../../api/types';
import { gitApi } from '../../api/workspace-api';
import { parseTurnDiff } from '../../format/unified-diff';
import { type Failure, failureOf } from '../../session/failure';
import { useRecovery } from '../../session/use-recovery';
import { FileDiffView } from '../agent/FileDiffView';
import { Fault, FIELD, Section, textField } from '../shell/Page';
import { ReadFault } from '../shell/ReadState';
import { Spinner } from '../shell/Spinner';
import { t, type Words, words } from '../../languages/text';
import { Trans } from '../../languages/Trans';

interface GitPanelProps {
  chatId: string;
  repository: ChatRepository;
  mayWrite: boolean;
  onCheckedOut: () => void;
}

type Against = 'base' | 'head' | 'turn';
const AGAINST: readonly (readonly [Against, Words])[] = [
  ['base', words('All of this chat')],
  ['head', words('Not committed')],
  ['turn', words('The last turn')],
];

/** The working copy of a chat: its branch, what has changed, commit, push, rebase. */
export function GitPanel({ chatId, repository, mayWrite, onCheckedOut }: GitPanelProps) {
  const [against, setAgainst] = useState<Against>('base');
  const { status, diff, failure, error, isAtWork, read, run } = useWorkingCopy(
    chatId,
    against,
    repository.hasWorkingCopy,
  );
  if (!repository.hasWorkingCopy) {
    return (
      <Section title={t('Repository')} text={repository.url}>
        <Fault text={error} />
        <p className="text-sm text-muted-foreground">{t('It is checked out with the first message of this chat.')}</p>
        {mayWrite && (
          <button
            type="button"
            className="button justify-self-start"
            disabled={isAtWork}
            onClick={() => void run(gitApi.checkout(chatId)).then(onCheckedOut)}
          >
            {t('Check out now')}
          </button>
        )}
      </Section>
    );
  }
  return (
    <Section title={t('Repository')} text={repository.url} aside={isAtWork && <Spinner />}>
      <Fault text={error} />
      <ReadFault failure={failure} onRetry={read} />
      {status && <BranchLine status={status} />}
      {status && mayWrite && <Actions chatId={chatId} status={status} isAtWork={isAtWork} run={run} />}
      <label className="flex flex-wrap items-center gap-2 text-sm">
        {t('Changes of')}
        <select
          className="rounded-lg border bg-background px-2 py-1"
          value={against}
          onChange={(event) => setAgainst(event.currentTarget.value as Against)}
        >
          {AGAINST.map(([value, name]) => (
            <option key={value} value={value}>
              {t(name)}
            </option>
          ))}
        </select>
      </label>
      {diff && <Diff diff={diff} />}
    </Section>
  );
}

function BranchLine({ status }: { status: GitStatus }) {
  const { branch, checkedOut, baseBranch, ahead, files, truncated, pullRequestUrl, head, pushedCommit } = status;
  const isPushed = head !== null && head === pushedCommit;
  const told = [
    ahead !== null && t('{{count}} commits ahead', { count: ahead }),
    truncated
      ? t('more than {{count}} changed, not committed', { count: files.length })
      : t('{{count}} changed, not committed', { count: files.length }),
    isPushed && t('pushed'),
    checkedOut !== branch &&
      (checkedOut === null
        ? t('the agent has a commit checked out')
        : t('the agent has {{branch}} checked out', { branch: checkedOut })),
  ].filter((one) => one !== false);
  return (
    <p className="text-sm break-words">
      <Trans
        text="Branch <b>{{branch}}</b> from <base>{{baseBranch}}</base>"
        parts={{ b: <code dir="ltr" className="font-mono" />, base: <code dir="ltr" className="font-mono" /> }}
        values={{ branch, baseBranch }}
      />
      {told.map((one) => ` · ${one}`)}
      {isPushed && pullRequestUrl && (
        <>
          {' · '}
          <a href={pullRequestUrl} target="_blank" rel="noreferrer" className="underline">
            {t('Open a pull request')}
          </a>
        </>
      )}
    </p>
  );
}

interface ActionsProps {
  chatId: string;
  status: GitStatus;
  isAtWork: boolean;
  run: (change: Promise<void>) => Promise<void>;
}

function Actions({ chatId, status, isAtWork, run }: ActionsProps) {
  const commit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    void run(gitApi.commit(chatId, textField(new FormData(form), 'message')).then(() => form.reset()));
  };
  return (
    <div className="grid gap-2">
      <form onSubmit={commit} className="flex flex-wrap items-end gap-2">
        <label className="min-w-48 flex-1 text-sm font-medium">
          {t('Message of the commit')}
          <input name="message" required maxLength={10_000} className={FIELD} dir="auto" />
        </label>
        <button className="button" disabled={isAtWork || status.files.length === 0}>
          {t('Commit all')}
        </button>
      </form>
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="button"
          disabled={isAtWork || status.head === null || status.head === status.pushedCommit}
          onClick={() => void run(gitApi.push(chatId))}
        >
          {t('Push {{branch}}', { branch: status.branch })}
        </button>
        <button type="button" className="button" disabled={isAtWork} onClick={() => void run(gitApi.rebase(chatId))}>
          {t('Rebase onto {{branch}}', { branch: status.baseBranch })}
        </button>
      </div>
    </div>
  );
}

function Diff({ diff }: { diff: GitDiff }) {
  const files = parseTurnDiff(diff.diff);
  if (files.length === 0) return <p className="text-sm text-muted-foreground">{t('Nothing has changed.')}</p>;
  return (
    <div className="grid grid-cols-1 gap-2">
      {diff.truncated && <p className="text-sm text-warning">{t('There is more than is shown here.')}</p>}
      {files.map((file) => (
        <FileDiffView key={file.path} file={file} />
      ))}
    </div>
  );
}

function useWorkingCopy(chatId: string, against: Against, exists: boolean) {
  const [status, setStatus] = useState<GitStatus | null>(null);
  const [diff, setDiff] = useState<GitDiff | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isAtWork, setAtWork] = useState(false);
  const look = useCallback(async () => {
    if (!exists) return;
    try {
      const [newStatus, newDiff] = await Promise.all([gitApi.status(chatId), gitApi.diff(chatId, against)]);
      setStatus(newStatus);
      setDiff(newDiff);
      setFailure(null);
    } catch (cause) {
      setFailure(failureOf(cause));
    }
  }, [chatId, against, exists]);
  const run = useCallback(
    async (change: Promise<void>): Promise<void> => {
      setAtWork(true);
      setError(null);
      try {
        await change;
        await look();
      } catch (cause) {
        setError(describeError(cause));
      } finally {
        setAtWork(false);
      }
    },
    [look],
  );
  const read = useCallback(() => void run(Promise.resolve()), [run]);
  useEffect(read, [read]);
  useRecovery(failure, read);
  return { status, diff, failure, error, isAtWork, read, run };
}
