import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { PageQuery } from '../../api/projects-api';
import type { Pool, PoolTransition } from '../../api/types';
import { usePaged } from '../../session/use-paged';
import { Fault, FIELD, moment, Rows, Section, textField } from '../shell/Page';

const POLL_MS = 3_000;
const MIB = 1_048_576;

type Group = Pool['groups'][number];
type Instance = Group['instances'][number];

/** The app-servers and what they do, as they are now; and why they came into their states. */
export function PoolPage() {
  const [pool, setPool] = useState<Pool | null>(null);
  const [error, setError] = useState<string | null>(null);
  const fail = useCallback((cause: unknown) => setError(describeError(cause)), []);
  useEffect(() => {
    const read = () => {
      if (!document.hidden) void adminApi.pool().then(setPool, fail);
    };
    read();
    const timer = setInterval(read, POLL_MS);
    return () => clearInterval(timer);
  }, [fail]);
  const change = (run: Promise<Pool>) => {
    setError(null);
    run.then(setPool, fail);
  };
  const transitions = usePaged<PoolTransition>(useCallback((query: PageQuery) => adminApi.transitions(query), []));
  return (
    <>
      <Fault text={error} />
      {pool && (
        <>
          <Section title="Pool">
            <dl className="grid grid-cols-2 gap-x-4 gap-y-2 rounded-xl border p-3 text-sm sm:grid-cols-4">
              <Fact name="Isolation" value={pool.isolation} />
              <Fact name="Turns that wait" value={`${pool.queuedTurns} of ${pool.queueLimit}`} />
              <Fact name="Waiting for a place" value={String(pool.waiting)} />
              <Fact name="Groups" value={`${pool.groups.length} of ${pool.maxSessions}`} />
            </dl>
            <Size key={`${pool.size} ${pool.selectionStrategy}`} pool={pool} onChange={change} />
          </Section>
          {pool.groups.map((group) => (
            <Section
              key={group.id}
              title={group.kind === 'shared' ? 'Shared app-servers' : `App-servers of ${group.userId ?? group.id}`}
              text={group.waiting > 0 ? `${group.waiting} turns wait here.` : undefined}
            >
              <ul className="divide-y rounded-xl border">
                {group.instances.map((instance) => (
                  <InstanceRow key={instance.id} instance={instance} onChange={change} />
                ))}
              </ul>
            </Section>
          ))}
        </>
      )}
      <Section
        title="Changes of state"
        aside={
          <button type="button" className="button" onClick={transitions.reload}>
            Read again
          </button>
        }
      >
        <Rows list={transitions} keyOf={({ id }) => id} nothing="None yet.">
          {({ at, instanceId, from, to, reason }) => (
            <p className="flex flex-wrap justify-between gap-x-3">
              <span className="min-w-0 break-words">
                <strong className="font-medium">{instanceId}</strong> {from} → {to}: {reason}
              </span>
              <time dateTime={at} className="text-muted-foreground">
                {moment(at)}
              </time>
            </p>
          )}
        </Rows>
      </Section>
    </>
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

function Size({ pool, onChange }: { pool: Pool; onChange: (run: Promise<Pool>) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const selectionStrategy = textField(form, 'strategy') as Pool['selectionStrategy'];
    onChange(adminApi.changePool({ size: Number(form.get('size')), selectionStrategy }));
  };
  return (
    <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
      <label className="text-sm font-medium">
        Shared app-servers
        <input name="size" type="number" min={1} required defaultValue={pool.size} className={FIELD} />
      </label>
      <label className="text-sm font-medium">
        Which one a thread gets
        <select name="strategy" defaultValue={pool.selectionStrategy} className={FIELD}>
          <option>round_robin</option>
          <option>least_busy</option>
        </select>
      </label>
      <button className="button">Change</button>
    </form>
  );
}

interface InstanceRowProps {
  instance: Instance;
  onChange: (run: Promise<Pool>) => void;
}

function InstanceRow({ instance, onChange }: InstanceRowProps) {
  const { id, pid, state, reason, since, turns, threads, rssBytes, restarts } = instance;
  const memory = rssBytes === null ? '' : ` · ${Math.round(rssBytes / MIB)} MiB`;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5 text-sm">
      <div className="min-w-48 flex-1">
        <p>
          <strong className="font-medium">{id}</strong>{' '}
          <span className={state === 'ready' ? 'text-success' : 'text-warning'}>{state}</span>
          {pid !== null && <span className="text-muted-foreground"> · process {pid}</span>}
        </p>
        <p className="break-words text-muted-foreground">
          {turns} turns, {threads} threads{memory} · {restarts} restarts · since {moment(since)}: {reason}
        </p>
      </div>
      <button type="button" className="button" onClick={() => onChange(adminApi.instance(id, 'drain'))}>
        Drain
      </button>
      <button type="button" className="button" onClick={() => onChange(adminApi.instance(id, 'restart'))}>
        Restart
      </button>
    </li>
  );
}
