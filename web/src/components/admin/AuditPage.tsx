import { type FormEvent, useCallback, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import type { PageQuery } from '../../api/projects-api';
import type { AuditEntry } from '../../api/types';
import { usePaged } from '../../session/use-paged';
import { FIELD, moment, Rows, Section, textField } from '../shell/Page';

const FILTERS = [
  { name: 'action', text: 'Action', hint: 'sign_in. or project.created' },
  { name: 'actorId', text: 'Who (id)', hint: '' },
  { name: 'targetId', text: 'Done to (id)', hint: '' },
] as const;

type Filter = Record<string, string>;

/** Who did what, from where and when; newest first. */
export function AuditPage() {
  const [filter, setFilter] = useState<Filter>({});
  const list = usePaged<AuditEntry>(
    useCallback((query: PageQuery) => adminApi.audit({ ...query, ...filter }), [filter]),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const texts = [...FILTERS.map(({ name }) => name), 'outcome'].map((name) => [name, textField(form, name)]);
    const times = ['from', 'to'].flatMap((name) => {
      const text = textField(form, name);
      return text === '' ? [] : [[name, new Date(text).toISOString()]];
    });
    setFilter(Object.fromEntries([...texts.filter(([, text]) => text !== ''), ...times]) as Filter);
  };
  return (
    <Section
      title="Audit log"
      aside={
        <button type="button" className="button" onClick={() => void saveLines(filter)}>
          Download as JSON lines
        </button>
      }
    >
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-3 sm:items-end">
        {FILTERS.map(({ name, text, hint }) => (
          <label key={name} className="text-sm font-medium">
            {text}
            <input name={name} maxLength={200} placeholder={hint} className={FIELD} />
          </label>
        ))}
        <label className="text-sm font-medium">
          From
          <input name="from" type="datetime-local" className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          Until
          <input name="to" type="datetime-local" className={FIELD} />
        </label>
        <div className="flex items-end gap-3">
          <label className="flex-1 text-sm font-medium">
            Outcome
            <select name="outcome" className={FIELD}>
              <option value="">any</option>
              <option>done</option>
              <option>refused</option>
            </select>
          </label>
          <button className="button">Filter</button>
        </div>
      </form>
      <Rows list={list} keyOf={({ id }) => id} nothing="Nothing that fits.">
        {(entry) => <Entry entry={entry} />}
      </Rows>
    </Section>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { action, outcome, at, actorId, via, address, targetKind, targetId, detail } = entry;
  const facts = Object.entries(detail);
  return (
    <div className="grid gap-0.5">
      <p className="flex flex-wrap justify-between gap-x-3">
        <span className="font-medium break-all">
          {action}
          {outcome === 'refused' && <span className="ml-2 font-normal text-danger">refused</span>}
        </span>
        <time dateTime={at} className="text-muted-foreground">
          {moment(at)}
        </time>
      </p>
      <p className="break-all text-muted-foreground">
        {actorId ?? 'nobody known'}
        {via && ` by ${via}`}
        {address && ` from ${address}`}
        {targetId && ` · ${targetKind ?? ''} ${targetId}`}
      </p>
      {facts.length > 0 && (
        <p className="font-mono text-xs break-all text-muted-foreground">
          {facts
            .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
            .join(', ')}
        </p>
      )}
    </div>
  );
}

/** All entries that the filter describes. A link cannot say that it wants lines. */
async function saveLines(filter: Filter): Promise<void> {
  const lines = await adminApi.auditLines(filter);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(lines);
  link.download = 'audit.jsonl';
  link.click();
  URL.revokeObjectURL(link.href);
}
