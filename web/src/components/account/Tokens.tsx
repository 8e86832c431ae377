import { type FormEvent, useState } from 'react';
import { accountApi } from '../../api/account-api';
import { describeError } from '../../api/problem';
import type { Account, CreatedUserToken, NewUserToken, UserToken } from '../../api/types';
import { formatDay } from '../../format/times';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { Fault, FIELD, Section, ShownOnce, textField } from '../shell/Page';
import { Read } from '../shell/ReadState';
import { NewToken } from './NewToken';

const readTokens = () => accountApi.tokens();

/** The tokens of one's programs: made, shown once, renamed, revoked. */
export function Tokens({ account }: { account: Account }) {
  const reading = useReading<readonly UserToken[]>(readTokens);
  const [created, setCreated] = useState<CreatedUserToken | null>(null);
  const [error, setError] = useState<string | null>(null);
  const create = (wanted: NewUserToken) => {
    setError(null);
    accountApi.createToken(wanted).then(
      (token) => {
        setCreated(token);
        reading.reload();
      },
      (cause: unknown) => setError(describeError(cause)),
    );
  };
  return (
    <Section title={t('Tokens')} text={t('With a token your programs call as you, within its scopes.')}>
      <NewToken key={created?.id} account={account} onCreate={create} />
      <Fault text={error} />
      {created && <ShownOnce label={t('Copy it now, it is not shown again:')} value={created.token} />}
      <Read reading={reading}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p className="text-sm text-muted-foreground">{t('There is none.')}</p>
          ) : (
            <ul className="divide-y rounded-xl border">
              {tokens.map((token) => (
                <TokenRow key={token.id} token={token} onChange={reading.change} />
              ))}
            </ul>
          )
        }
      </Read>
    </Section>
  );
}

function TokenRow({ token, onChange }: { token: UserToken; onChange: (run: Promise<void>) => void }) {
  const [open, setOpen] = useState<'name' | 'revoke' | null>(null);
  const { id, name, start, scopes, expiresAt, lastUsedAt } = token;
  const facts = [
    scopes.join(', '),
    expiresAt ? t('until {{time}}', { time: formatDay(expiresAt) }) : t('without an end'),
    lastUsedAt ? t('last used {{time}}', { time: formatDay(lastUsedAt) }) : t('never used'),
  ];
  const rename = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setOpen(null);
    onChange(accountApi.renameToken(id, textField(new FormData(event.currentTarget), 'name')));
  };
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5 text-sm">
      <div className="min-w-0 flex-1 basis-48">
        <p className="break-words">
          <bdi>{name}</bdi>{' '}
          <code dir="ltr" className="text-muted-foreground">
            {start}…
          </code>
        </p>
        <p className="break-words text-muted-foreground">{facts.join(' · ')}</p>
      </div>
      <button
        type="button"
        className="button"
        aria-expanded={open === 'name'}
        aria-label={t('Rename {{token}}', { token: name })}
        onClick={() => setOpen(open === 'name' ? null : 'name')}
      >
        {t('Rename')}
      </button>
      <button
        type="button"
        className="button text-danger"
        aria-label={t('Revoke {{token}}', { token: name })}
        onClick={() => setOpen('revoke')}
      >
        {t('Revoke')}
      </button>
      {open === 'name' && (
        <form onSubmit={rename} className="flex w-full items-end gap-2">
          <label className="min-w-0 flex-1 text-sm font-medium">
            {t('New name')}
            <input name="name" required maxLength={100} defaultValue={name} className={FIELD} />
          </label>
          <button className="button">{t('Save')}</button>
        </form>
      )}
      {open === 'revoke' && (
        <ConfirmDialog
          title={t('Revoke this token?')}
          text={t('Programs that use “{{token}}” are refused at once, and what they have open ends.', { token: name })}
          confirmLabel={t('Revoke')}
          onConfirm={() => onChange(accountApi.revokeToken(id))}
          onClose={() => setOpen(null)}
        />
      )}
    </li>
  );
}
