import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { Limit, LimitChanges } from '../../api/types';
import { LIMIT_UNITS, LIMIT_WORDS, Limits } from '../shell/Limits';
import { Fault, FIELD, textField } from '../shell/Page';

/** What a user or a project may use: an empty field takes the default of all, 0 is no limit. */
export function LimitsEditor({ kind, id }: { kind: 'users' | 'projects'; id: string }) {
  const [limits, setLimits] = useState<readonly Limit[]>([]);
  const [error, setError] = useState<string | null>(null);
  const fail = useCallback((cause: unknown) => setError(describeError(cause)), []);
  useEffect(() => void adminApi.limits(kind, id).then(setLimits, fail), [kind, id, fail]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const changes = Object.fromEntries(
      limits.map(({ limit }) => {
        const text = textField(form, limit);
        return [limit, text === '' ? null : Math.round(Number(text) * (LIMIT_UNITS[limit]?.size ?? 1))];
      }),
    ) as LimitChanges;
    setError(null);
    adminApi.setLimits(kind, id, changes).then(setLimits, fail);
  };
  return (
    <div className="grid grid-cols-1 gap-3 rounded-lg border p-3">
      <Fault text={error} />
      <Limits limits={limits} />
      <form key={JSON.stringify(limits)} onSubmit={submit} className="grid gap-3 sm:grid-cols-2">
        {limits.map(({ limit, maximum, isDefault }) => (
          <label key={limit} className="text-sm font-medium">
            {LIMIT_WORDS[limit]}
            {LIMIT_UNITS[limit]?.word && ` (${LIMIT_UNITS[limit].word})`}
            <input
              name={limit}
              type="number"
              min={0}
              step="any"
              placeholder="as for all"
              defaultValue={isDefault ? '' : (maximum ?? 0) / (LIMIT_UNITS[limit]?.size ?? 1)}
              className={FIELD}
            />
          </label>
        ))}
        <p className="text-xs text-muted-foreground sm:col-span-2">Empty: the default of all. 0: no limit.</p>
        <button className="button justify-self-start">Save limits</button>
      </form>
    </div>
  );
}
