import { type FormEvent, useCallback, useEffect } from 'react';
import { adminApi } from '../../api/admin-api';
import type { PageQuery } from '../../api/projects-api';
import type { Pool, PoolTransition } from '../../api/types';
import { formatMoment } from '../../format/times';
import { formatExact } from '../../format/quantities';
import { t, type Words, words } from '../../languages/text';
import { usePaged } from '../../session/use-paged';
import { type Reading, useReading } from '../../session/use-reading';
import { FIELD, Rows, Section, textField } from '../shell/Page';
import { Read } from '../shell/ReadState';
import type { AdminTabProps } from './admin-tab-props';
import { InstanceRow } from './InstanceRow';
import { LoadedThreads } from './LoadedThreads';

const readPool = () => adminApi.pool();
const POLL_MS = 3_000;

/** Who shares an app-server. */
const ISOLATIONS: Readonly<Record<Pool['isolation'], Words>> = {
  shared: words('shared by all'),
  user: words('one for each user'),
  session: words('one for each chat'),
};

/** The app-servers and what they do, as they are now; and why they came into their states. */
export function PoolPage({ search, onSearch }: AdminTabProps) {
  const pool = useReading<Pool>(readPool, POLL_MS);
  const instanceId = search.get('instanceId') ?? '';
  return (
    <>
      <Read reading={pool}>
        {(value) => (
          <>
            <Section title={t('Pool')}>
              <dl className="grid grid-cols-2 gap-x-4 gap-y-2 rounded-xl border p-3 text-sm sm:grid-cols-4">
                <Fact name={t('Isolation')} value={t(ISOLATIONS[value.isolation])} />
                <Fact
                  name={t('Turns that wait')}
                  value={t('{{used}} of {{most}}', { used: value.queuedTurns, most: value.queueLimit })}
                />
                <Fact name={t('Waiting for a place')} value={formatExact(value.waiting)} />
                <Fact
                  name={t('Groups')}
                  value={t('{{used}} of {{most}}', { used: value.groups.length, most: value.maxSessions })}
                />
              </dl>
              {value.isolation === 'shared' && (
                <Size key={`${value.size} ${value.selectionStrategy}`} value={value} pool={pool} />
              )}
            </Section>
            {value.groups.map((group) => (
              <Section
                key={group.id}
                title={
                  group.kind === 'shared'
                    ? t('Shared app-servers')
                    : t('App-servers of {{whom}}', { whom: group.userId ?? group.id })
                }
                text={group.waiting > 0 ? t('{{count}} turns wait here.', { count: group.waiting }) : undefined}
              >
                <ul className="divide-y rounded-xl border">
                  {group.instances.map((instance) => (
                    <InstanceRow
                      key={instance.id}
                      instance={instance}
                      onChange={pool.change}
                      onHistory={() => onSearch({ instanceId: instance.id })}
                    />
                  ))}
                </ul>
              </Section>
            ))}
            {value.groups.length === 0 && (
              <p className="text-sm text-muted-foreground">
                {t('No app-server runs: one is started with the first turn.')}
              </p>
            )}
          </>
        )}
      </Read>
      <LoadedThreads />
      <Transitions instanceId={instanceId} state={stateOf(pool)} onAll={() => onSearch({ instanceId: '' })} />
    </>
  );
}

/** Another one whenever an app-server has come into another state. */
const stateOf = ({ value }: Reading<Pool>): string =>
  JSON.stringify(value?.groups.flatMap(({ instances }) => instances.map(({ id, state, since }) => [id, state, since])));

function Transitions({ instanceId, state, onAll }: { instanceId: string; state: string; onAll: () => void }) {
  const list = usePaged<PoolTransition>(
    useCallback(
      (query: PageQuery) => adminApi.transitions({ ...query, ...(instanceId && { instanceId }) }),
      [instanceId],
    ),
  );
  const { reload } = list;
  useEffect(reload, [state, reload]);
  return (
    <Section
      title={t('Changes of state')}
      text={
        instanceId
          ? t('Of {{instance}}.', { instance: instanceId })
          : t('The newest 500 since the service was started.')
      }
      aside={
        instanceId !== '' && (
          <button type="button" className="button" onClick={onAll}>
            {t('Show all')}
          </button>
        )
      }
    >
      <Rows list={list} keyOf={({ id }) => id} nothing={t('None yet.')}>
        {({ at, instanceId: id, from, to, reason }) => (
          <p className="flex flex-wrap justify-between gap-x-3">
            <span dir="ltr" className="min-w-0 break-words">
              <strong className="font-medium">{id}</strong> {from} → {to}: {reason}
            </span>
            <time dateTime={at} className="text-muted-foreground">
              {formatMoment(at)}
            </time>
          </p>
        )}
      </Rows>
    </Section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="font-medium break-words">{value}</dd>
    </div>
  );
}

function Size({ value, pool }: { value: Pool; pool: Reading<Pool> }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const selectionStrategy = textField(form, 'strategy') === 'least_busy' ? 'least_busy' : 'round_robin';
    pool.change(adminApi.changePool({ size: Number(form.get('size')), selectionStrategy }));
  };
  return (
    <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
      <label className="text-sm font-medium">
        {t('How many app-servers')}
        <input name="size" type="number" min={1} max={64} required defaultValue={value.size} className={FIELD} />
      </label>
      <label className="text-sm font-medium">
        {t('Which one a thread gets')}
        <select name="strategy" defaultValue={value.selectionStrategy} className={FIELD}>
          <option value="round_robin">{t('one after the other')}</option>
          <option value="least_busy">{t('the least busy one')}</option>
        </select>
      </label>
      <button className="button justify-self-start">{t('Change')}</button>
      <p className="text-xs text-muted-foreground sm:col-span-3">
        {t('Lasts until the service is restarted. No running turn is cut.')}
      </p>
    </form>
  );
}
