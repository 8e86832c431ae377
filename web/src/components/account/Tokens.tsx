import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { accountApi } from '../../api/account-api';
import type { Account, CreatedUserToken, NewUserToken, UserToken } from '../../api/types';

type Scope = NewUserToken['scopes'][number];

const SCOPES: readonly { name: Scope; text: string }[] = [
  { name: 'read', text: 'Read chats' },
  { name: 'chat', text: 'Use chats' },
  { name: 'gateway', text: 'Ask models' },
  { name: 'admin', text: 'Administer' },
];
const DAY_MS = 86_400_000;

interface TokensProps {
  account: Account;
  onFault: (cause: unknown) => void;
}

/** The tokens of one's programs: made, shown once, revoked. */
export function Tokens({ account, onFault }: TokensProps) {
  const [tokens, setTokens] = useState<UserToken[]>([]);
  const [created, setCreated] = useState<CreatedUserToken | null>(null);
  const load = useCallback(() => void accountApi.tokens().then(setTokens, onFault), [onFault]);
  useEffect(load, [load]);
  const revoke = (id: string) => void accountApi.revokeToken(id).then(load, onFault);
  const create = (wanted: NewUserToken) => {
    accountApi.createToken(wanted).then((token) => {
      setCreated(token);
      load();
    }, onFault);
  };
  return (
    <section aria-labelledby="tokens-title">
      <h2 id="tokens-title" className="font-semibold">
        Tokens
      </h2>
      <p className="mt-1 text-sm text-muted-foreground">With a token your programs call as you, within its scopes.</p>
      {created && (
        <p role="status" className="mt-3 rounded-lg border px-3 py-2 text-sm">
          Copy it now, it is not shown again:
          <code className="mt-1 block break-all font-mono select-all">{created.token}</code>
        </p>
      )}
      <NewToken account={account} onCreate={create} />
      {tokens.length > 0 && (
        <ul className="mt-3 divide-y rounded-xl border">
          {tokens.map((token) => (
            <li key={token.id} className="flex items-center gap-3 px-3 py-2.5 text-sm">
              <div className="min-w-0 flex-1">
                <p className="truncate">
                  {token.name} <code className="text-muted-foreground">{token.start}…</code>
                </p>
                <p className="text-muted-foreground">
                  {token.scopes.join(', ')} · {token.expiresAt ? `until ${day(token.expiresAt)}` : 'without an end'} ·{' '}
                  {token.lastUsedAt ? `last used ${day(token.lastUsedAt)}` : 'never used'}
                </p>
              </div>
              <button
                type="button"
                className="button"
                aria-label={`Revoke ${token.name}`}
                onClick={() => revoke(token.id)}
              >
                Revoke
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const day = (time: string): string => new Date(time).toLocaleDateString();

function NewToken({ account, onCreate }: { account: Account; onCreate: (wanted: NewUserToken) => void }) {
  const offered = SCOPES.filter(({ name }) => name !== 'admin' || account.role === 'admin');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const days = Number(fields.get('days'));
    const scopes = offered.map(({ name }) => name).filter((name) => fields.has(name));
    if (scopes.length === 0) return;
    const expiresAt = days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString();
    onCreate({ name: (fields.get('name') as string | null) ?? '', scopes, expiresAt });
    event.currentTarget.reset();
  };
  return (
    <form onSubmit={submit} className="mt-3 grid gap-3 rounded-xl border p-3">
      <div className="flex flex-wrap gap-3">
        <label className="min-w-40 flex-1 text-sm font-medium">
          Name
          <input
            name="name"
            required
            maxLength={100}
            className="mt-1 w-full rounded-lg border bg-background px-3 py-2 text-base font-normal sm:text-sm"
          />
        </label>
        <label className="text-sm font-medium">
          Expires
          <select
            name="days"
            defaultValue="90"
            className="mt-1 block rounded-lg border bg-background px-3 py-2 text-base font-normal sm:text-sm"
          >
            <option value="7">in a week</option>
            <option value="90">in 90 days</option>
            <option value="365">in a year</option>
            <option value="0">never</option>
          </select>
        </label>
      </div>
      <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
        <legend className="sr-only">What it may do</legend>
        {offered.map(({ name, text }) => (
          <label key={name} className="flex items-center gap-2 text-sm">
            <input type="checkbox" name={name} defaultChecked={name === 'chat'} /> {text}
          </label>
        ))}
      </fieldset>
      <button className="button justify-self-start">Make a token</button>
    </form>
  );
}
