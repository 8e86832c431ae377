import { useState } from 'react';
import { repositoryApi } from '../../api/repository-api';
import type { Repository, WantedRepository } from '../../api/types';
import { t } from '../../languages/text';
import { useSubmit } from '../../session/use-submit';
import { EditForm } from '../shell/EditForm';
import { AreaField, ChoiceField, TextField } from '../shell/Fields';
import { textField } from '../shell/Page';

interface RepositoryFormProps {
  projectId: string;
  /** What the project has now. */
  repository: Repository | null;
  onDone: (repository: Repository) => void;
  onCancel: () => void;
}

/** `keep`: what there is already stays, or nothing is needed. */
type Credential = 'keep' | 'password' | 'generate' | 'key';

const EXAMPLE = 'https://github.com/owner/name.git';

type Way = 'https' | 'ssh' | 'folder';

/** An address tells how it is reached. */
function wayOf(url: string): Way {
  if (/^(?:\/|file:)/.test(url)) return 'folder';
  return /^ssh:|^[\w.-]+@[^/]+:/.test(url) ? 'ssh' : 'https';
}

/** Gives a project a repository, or changes it. */
export function RepositoryForm({ projectId, repository, onDone, onCancel }: RepositoryFormProps) {
  const [url, setUrl] = useState(repository?.url ?? '');
  const [credential, setCredential] = useState<Credential>('keep');
  const submission = useSubmit();
  const way = wayOf(url.trim());
  const options = credentialsFor(
    way,
    repository !== null && repository.auth !== 'none' && url.trim() === repository.url,
  );
  const chosen = options.some(([value]) => value === credential) ? credential : (options[0]?.[0] ?? 'keep');
  const send = (form: FormData) => {
    const body = wantedOf(form, url.trim(), chosen);
    submission.submit(() => repositoryApi.set(projectId, body), onDone);
  };
  return (
    <EditForm
      title={t('Repository')}
      hidesTitle
      submission={submission}
      submitLabel={t('Save')}
      onSubmit={send}
      onCancel={onCancel}
    >
      <TextField
        label={t('Address')}
        name="url"
        required
        autoFocus
        maxLength={1_000}
        spellCheck={false}
        placeholder={EXAMPLE}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        hint={t('https://host/path, git@host:path, ssh://git@host/path, or a folder that the operator allows.')}
      />
      <TextField
        label={t('Branch that chats begin from')}
        name="baseBranch"
        maxLength={200}
        spellCheck={false}
        defaultValue={repository?.baseBranch ?? ''}
        hint={t('Empty: what the repository says.')}
      />
      {options.length > 1 && (
        <ChoiceField
          label={t('How its host lets the service in')}
          value={chosen}
          options={options}
          onChange={(event) => setCredential(event.currentTarget.value as Credential)}
        />
      )}
      {chosen === 'password' && (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label={t('Name of the user')}
            name="username"
            maxLength={200}
            spellCheck={false}
            hint={t('Empty: “git”, which is right for tokens of most hosts.')}
          />
          <TextField
            label={t('Password or token')}
            name="password"
            type="password"
            required
            maxLength={4_096}
            autoComplete="new-password"
            hint={t('It is encrypted, and never shown.')}
          />
        </div>
      )}
      {chosen === 'generate' && (
        <p className="text-sm text-muted-foreground">
          {t('Its public half is shown afterwards, to be given to the host.')}
        </p>
      )}
      {chosen === 'key' && (
        <AreaField
          label={t('Private key')}
          name="privateKey"
          isCode
          required
          rows={6}
          maxLength={16_384}
          autoComplete="off"
          hint={t('Without a passphrase. It is encrypted, and never shown.')}
        />
      )}
      {way === 'ssh' && (
        <AreaField
          label={t('Keys of the host')}
          name="knownHosts"
          isCode
          rows={2}
          maxLength={16_384}
          defaultValue={repository?.url === url.trim() ? (repository.knownHosts ?? '') : ''}
          hint={t('Lines of a known_hosts; empty: those that it has at the first contact.')}
        />
      )}
    </EditForm>
  );
}

/** @param hasOne of the same address, which stays unless another is given */
function credentialsFor(way: Way, hasOne: boolean): readonly (readonly [Credential, string])[] {
  const none = ['keep', hasOne ? t('As it is') : t('With nothing')] as const;
  if (way === 'folder') return [none];
  if (way === 'https') return [none, ['password', t('With a password or token')]];
  const keys = [
    ['generate', t('With a new SSH key')],
    ['key', t('With an SSH key of yours')],
  ] as const;
  return hasOne ? [none, ...keys] : keys;
}

function wantedOf(form: FormData, url: string, credential: Credential): WantedRepository {
  const baseBranch = textField(form, 'baseBranch');
  const username = textField(form, 'username');
  const knownHosts = textField(form, 'knownHosts');
  return {
    ...{ url, ...(baseBranch && { baseBranch }), ...(knownHosts && { knownHosts: `${knownHosts}\n` }) },
    ...(credential === 'password' && { password: textField(form, 'password'), ...(username && { username }) }),
    ...(credential === 'generate' && { generateKey: true }),
    ...(credential === 'key' && { privateKey: `${textField(form, 'privateKey')}\n` }),
  };
}
