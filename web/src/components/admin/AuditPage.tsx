import { type FormEvent, useCallback, useMemo, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { PageQuery } from '../../api/projects-api';
import type { AuditEntry } from '../../api/types';
import { saveBlob } from '../../browser/clipboard';
import { t, type Words, words } from '../../languages/text';
import { usePaged } from '../../session/use-paged';
import { Fault, FIELD, Rows, Section, textField } from '../shell/Page';
import type { AdminTabProps } from './admin-tab-props';
import { AuditLine } from './AuditLine';

const TEXTS: readonly { name: string; text: Words }[] = [
  { name: 'action', text: words('Action') },
  { name: 'actorId', text: words('Who (id)') },
  { name: 'targetId', text: words('Done to (id)') },
];
const TIMES: readonly { name: string; text: Words }[] = [
  { name: 'from', text: words('From') },
  { name: 'to', text: words('Until') },
];
/** With a dot at the end: all that begin so. */
const ACTIONS = [
  ...['sign_in', 'sign_out', 'session.ended', 'request.refused', 'account.', 'account_link.created', 'token.', 'user.'],
  ...['gateway_key.', 'settings.changed', 'admin.changed', 'project.', 'chat.', 'approval.answered', 'webhook.'],
];
const NAMES = [...TEXTS, ...TIMES, { name: 'outcome' }].map(({ name }) => name);

/** Who did what, from where and when; newest first. The address says what is filtered. */
export function AuditPage({ search, onSearch }: AdminTabProps) {
  const filter = useMemo(() => filterOf(search), [search]);
  const [error, setError] = useState<string | null>(null);
  const list = usePaged<AuditEntry>(
    useCallback((query: PageQuery) => adminApi.audit({ ...query, ...filter }), [filter]),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSearch(Object.fromEntries(NAMES.map((name) => [name, textField(form, name)])));
  };
  const save = () => {
    setError(null);
    adminApi.auditLines(filter).then(
      (lines) => saveBlob(lines, 'audit.jsonl'),
      (cause: unknown) => setError(describeError(cause)),
    );
  };
  return (
    <Section
      title={t('Audit log')}
      aside={
        <>
          <button type="button" className="button" onClick={list.reload}>
            {t('Read again')}
          </button>
          <button type="button" className="button" onClick={save}>
            {t('Download as JSON lines')}
          </button>
        </>
      }
    >
      <Fault text={error} />
      <form key={search.toString()} onSubmit={submit} className="grid gap-3 sm:grid-cols-3 sm:items-end">
        {TEXTS.map(({ name, text }) => (
          <label key={name} className="text-sm font-medium">
            {t(text)}
            <input
              name={name}
              dir="ltr"
              maxLength={200}
              list={name === 'action' ? 'audit-actions' : undefined}
              defaultValue={search.get(name) ?? ''}
              className={FIELD}
            />
          </label>
        ))}
        <datalist id="audit-actions">
          {ACTIONS.map((action) => (
            <option key={action} value={action} />
          ))}
        </datalist>
        {TIMES.map(({ name, text }) => (
          <label key={name} className="text-sm font-medium">
            {t(text)}
            <input name={name} type="datetime-local" defaultValue={search.get(name) ?? ''} className={FIELD} />
          </label>
        ))}
        <label className="text-sm font-medium">
          {t('Outcome')}
          <select name="outcome" defaultValue={search.get('outcome') ?? ''} className={FIELD}>
            <option value="">{t('any')}</option>
            <option value="done">{t('done')}</option>
            <option value="refused">{t('refused')}</option>
          </select>
        </label>
        <div className="flex flex-wrap gap-2 sm:col-span-3">
          <button className="button">{t('Filter')}</button>
          {Object.keys(filter).length > 0 && (
            <button
              type="button"
              className="button"
              onClick={() => onSearch(Object.fromEntries(NAMES.map((name) => [name, ''])))}
            >
              {t('Without filters')}
            </button>
          )}
        </div>
      </form>
      <Rows list={list} keyOf={({ id }) => id} nothing={t('Nothing that fits.')}>
        {(entry) => <AuditLine entry={entry} />}
      </Rows>
    </Section>
  );
}

/** As the service takes it: times in UTC. What is no time is left out. */
function filterOf(search: URLSearchParams): Record<string, string> {
  const filter: Record<string, string> = {};
  for (const name of NAMES) {
    const text = search.get(name) ?? '';
    const isTime = name === 'from' || name === 'to';
    if (text === '' || (isTime && Number.isNaN(Date.parse(text)))) continue;
    filter[name] = isTime ? new Date(text).toISOString() : text;
  }
  return filter;
}
