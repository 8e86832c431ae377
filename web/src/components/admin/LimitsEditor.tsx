import { type FormEvent, useCallback } from 'react';
import { adminApi } from '../../api/admin-api';
import type { Limit, LimitChanges } from '../../api/types';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { LIMIT_UNITS, LIMIT_WORDS, Limits } from '../shell/Limits';
import { FIELD, textField } from '../shell/Page';
import { Read } from '../shell/ReadState';

/** What a user or a project may use: an empty field takes the default of all, 0 is no limit. */
export function LimitsEditor({ kind, id }: { kind: 'users' | 'projects'; id: string }) {
  const reading = useReading<readonly Limit[]>(useCallback(() => adminApi.limits(kind, id), [kind, id]));
  const submit = (limits: readonly Limit[]) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const changes: LimitChanges = {};
    for (const { limit } of limits) {
      const text = textField(form, limit);
      changes[limit] = text === '' ? null : Math.round(Number(text) * (LIMIT_UNITS[limit]?.size ?? 1));
    }
    reading.change(adminApi.setLimits(kind, id, changes));
  };
  return (
    <div className="grid grid-cols-1 gap-3 rounded-lg border p-3">
      <Read reading={reading}>
        {(limits) => (
          <>
            <Limits limits={limits} />
            <form key={JSON.stringify(limits)} onSubmit={submit(limits)} className="grid gap-3 sm:grid-cols-2">
              {limits.map(({ limit, maximum, isDefault }) => (
                <label key={limit} className="text-sm font-medium">
                  {t(LIMIT_WORDS[limit])}
                  {LIMIT_UNITS[limit]?.word && ` (${LIMIT_UNITS[limit].word})`}
                  <input
                    name={limit}
                    type="number"
                    min={0}
                    step="any"
                    placeholder={t('as for all')}
                    defaultValue={isDefault ? '' : (maximum ?? 0) / (LIMIT_UNITS[limit]?.size ?? 1)}
                    className={FIELD}
                  />
                </label>
              ))}
              <p className="text-xs text-muted-foreground sm:col-span-2">
                {t('Empty: the default of all. 0: no limit.')}
              </p>
              <button className="button justify-self-start">{t('Save limits')}</button>
            </form>
          </>
        )}
      </Read>
    </div>
  );
}
