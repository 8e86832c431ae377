import { type FormEvent, useCallback, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { PageQuery } from '../../api/projects-api';
import type { CreatedGatewayKey, GatewayKey, NewGatewayKey } from '../../api/types';
import { usePaged } from '../../session/use-paged';
import { Fault, FIELD, moment, Rows, Section, ShownOnce, textField } from '../shell/Page';

/** The keys with which programs ask models at /v1. */
export function KeysPage() {
  const list = usePaged<GatewayKey>(useCallback((query: PageQuery) => adminApi.keys(query), []));
  const [created, setCreated] = useState<CreatedGatewayKey | null>(null);
  const [error, setError] = useState<string | null>(null);
  const create = (wanted: NewGatewayKey) => {
    setError(null);
    adminApi.makeKey(wanted).then(
      (key) => {
        setCreated(key);
        list.reload();
      },
      (cause: unknown) => setError(describeError(cause)),
    );
  };
  return (
    <>
      <Section title="New key">
        <NewKey onCreate={create} />
        <Fault text={error} />
        {created && <ShownOnce label="Copy it now, it is not shown again:" value={created.key} />}
      </Section>
      <Section title="Gateway keys">
        <Rows list={list} keyOf={({ id }) => id} nothing="There is none.">
          {(key) => (
            <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
              <div className="min-w-48 flex-1">
                <p className="font-medium break-words">
                  {key.name} <code className="font-normal text-muted-foreground">…{key.last4}</code>
                  {!key.enabled && <span className="font-normal text-danger"> · switched off</span>}
                </p>
                <p className="break-words text-muted-foreground">
                  {key.owner.kind === 'service' ? 'of the service' : key.owner.displayName} · spent {key.spent}
                  {key.budget && ` of ${key.budget.amount} (${key.budget.period})`}
                  {key.expiresAt && ` · until ${moment(key.expiresAt)}`} ·{' '}
                  {key.lastUsedAt ? `last used ${moment(key.lastUsedAt)}` : 'never used'}
                </p>
              </div>
              <button
                type="button"
                className="button"
                onClick={() => list.change(adminApi.changeKey(key.id, { enabled: !key.enabled }))}
              >
                {key.enabled ? 'Switch off' : 'Switch on'}
              </button>
              <button
                type="button"
                className="button"
                aria-label={`Delete ${key.name}`}
                onClick={() => list.change(adminApi.deleteKey(key.id))}
              >
                Delete
              </button>
            </div>
          )}
        </Rows>
      </Section>
    </>
  );
}

function NewKey({ onCreate }: { onCreate: (wanted: NewGatewayKey) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const budget = textField(form, 'budget');
    onCreate({
      name: textField(form, 'name'),
      owner: textField(form, 'owner') as NewGatewayKey['owner'],
      ...(budget !== '' && { budget: { amount: Number(budget), period: 'month' } }),
    });
    event.currentTarget.reset();
  };
  return (
    <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_auto_auto_auto] sm:items-end">
      <label className="text-sm font-medium">
        What it is for
        <input name="name" required maxLength={100} className={FIELD} />
      </label>
      <label className="text-sm font-medium">
        Whose
        <select name="owner" className={FIELD}>
          <option value="user">mine</option>
          <option value="service">the service’s</option>
        </select>
      </label>
      <label className="text-sm font-medium">
        Money a month
        <input name="budget" type="number" min={0} step="any" placeholder="no limit" className={FIELD} />
      </label>
      <button className="button">Create</button>
    </form>
  );
}
