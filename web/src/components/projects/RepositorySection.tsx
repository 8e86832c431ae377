import { useCallback, useRef, useState } from 'react';
import { repositoryApi } from '../../api/repository-api';
import type { Project, Repository } from '../../api/types';
import { newChatHash } from '../../browser/hash-route';
import { formatBytes } from '../../format/quantities';
import { t, type Words, words } from '../../languages/text';
import { useAccount } from '../../session/account';
import { useReading } from '../../session/use-reading';
import { useSubmit } from '../../session/use-submit';
import { CopyButton } from '../code/CopyButton';
import { VisibleCode } from '../code/Visible';
import { ConfirmButton } from '../shell/ConfirmButton';
import { LoadState } from '../shell/LoadState';
import { Fault, moment, Section } from '../shell/Page';
import { Spinner } from '../shell/Spinner';
import { RepositoryForm } from './RepositoryForm';

/** The repository that the chats of a project work in; its owners say which. */
export function RepositorySection({ project }: { project: Project }) {
  const { id } = project;
  // Without one there is nothing to ask for.
  const isThere = useRef(project.hasRepository);
  const loaded = useReading(useCallback(async () => (isThere.current ? repositoryApi.get(id) : 'none'), [id]));
  const [isEditing, setEditing] = useState(false);
  const mayWrite = useAccount()?.permissions.includes('chat:write') ?? false;
  const isOwner = mayWrite && project.role === 'owner';
  const repository = loaded.value === 'none' ? null : loaded.value;
  const saved = (next: Repository) => {
    isThere.current = true;
    setEditing(false);
    loaded.set(next);
  };
  return (
    <Section
      title={t('Repository')}
      text={t('Each chat of this project works in a copy of it, on a branch of its own.')}
      aside={
        isOwner &&
        loaded.value !== null && (
          <button type="button" className="button" aria-expanded={isEditing} onClick={() => setEditing(!isEditing)}>
            {repository ? t('Change') : t('Add a repository')}
          </button>
        )
      }
    >
      <LoadState of={loaded} />
      {isEditing && (
        <RepositoryForm projectId={id} repository={repository} onDone={saved} onCancel={() => setEditing(false)} />
      )}
      {loaded.value === 'none' && !isEditing && (
        <p className="text-sm text-muted-foreground">{t('There is none: chats begin with an empty folder.')}</p>
      )}
      {repository && !isEditing && (
        <Shown
          repository={repository}
          mayFetch={mayWrite && project.role !== 'viewer'}
          mayRemove={isOwner}
          onChanged={loaded.set}
          onFailed={loaded.reload}
        />
      )}
    </Section>
  );
}

const CREDENTIALS: Readonly<Record<Repository['auth'], Words>> = {
  none: words('Nothing is shown to its host.'),
  password: words('With a password or token, which is not shown.'),
  ssh: words('With an SSH key, whose private half is not shown.'),
};

interface ShownProps {
  repository: Repository;
  mayFetch: boolean;
  mayRemove: boolean;
  onChanged: (repository: Repository | 'none') => void;
  onFailed: () => void;
}

function Shown({ repository, mayFetch, mayRemove, onChanged, onFailed }: ShownProps) {
  const { projectId, url, baseBranch, auth, publicKey, fetchedAt, fault, sizeBytes } = repository;
  const { error, isBusy, submit } = useSubmit();
  const test = () =>
    submit(
      () =>
        repositoryApi.fetch(projectId).catch((cause: unknown) => {
          onFailed();
          throw cause;
        }),
      onChanged,
    );
  return (
    <div className="grid grid-cols-1 gap-3 rounded-xl border p-3 text-sm">
      <div className="min-w-0">
        <VisibleCode text={url} className="font-medium break-all" />
        <p className="text-muted-foreground">
          {t(CREDENTIALS[auth])} {baseBranch && t('Chats begin from {{branch}}.', { branch: baseBranch })}
        </p>
        {fetchedAt ? (
          <p className="text-muted-foreground">
            {t('Fetched {{time}} ({{size}}).', { time: moment(fetchedAt), size: formatBytes(sizeBytes) })}
          </p>
        ) : (
          <p className="text-muted-foreground">{t('It was not fetched yet.')}</p>
        )}
      </div>
      {publicKey && <PublicKey text={publicKey} />}
      <Fault text={error ?? fault} />
      <div className="flex flex-wrap items-center gap-2">
        {mayFetch && (
          <>
            <a href={newChatHash(null, projectId)} className="button button-primary">
              {t('New chat in it')}
            </a>
            <button type="button" className="button" disabled={isBusy} onClick={test}>
              {t('Test, and fetch')}
            </button>
          </>
        )}
        {mayRemove && (
          <ConfirmButton
            text={t('Remove the repository')}
            title={t('Remove the repository?')}
            consequence={t(
              'Its credential goes with it. Working copies of chats stay, and are pushed nowhere any more.',
            )}
            confirmLabel={t('Remove')}
            onConfirm={() =>
              submit(
                () => repositoryApi.remove(projectId),
                () => onChanged('none'),
              )
            }
          />
        )}
        {isBusy && <Spinner />}
      </div>
    </div>
  );
}

function PublicKey({ text }: { text: string }) {
  return (
    <div className="min-w-0">
      <p className="font-medium">{t('Public key, to be given to its host')}</p>
      <div className="mt-1 flex items-start gap-2 rounded-lg border bg-card px-3 py-2">
        <code dir="ltr" className="min-w-0 flex-1 font-mono text-xs break-all select-all">
          {text.trim()}
        </code>
        <CopyButton text={text.trim()} label={t('Copy the public key')} />
      </div>
    </div>
  );
}
