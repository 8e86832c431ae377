import type { FormEvent } from 'react';
import type { NewWebhook } from '../../api/types';
import { FIELD, textField } from '../shell/Page';
import { t, type Words, words } from '../../languages/text';

const SCHEME = 'https://';

type WebhookEvent = NewWebhook['events'][number];

export const EVENTS: readonly { name: WebhookEvent; text: Words }[] = [
  { name: 'turn.completed', text: words('A turn has ended') },
  { name: 'approval.requested', text: words('An approval waits') },
  { name: 'budget.reached', text: words('A budget is reached') },
];

/** Adds a webhook. */
export function NewWebhookForm({ onCreate }: { onCreate: (wanted: NewWebhook) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const events = EVENTS.map(({ name }) => name).filter((name) => form.has(name));
    if (events.length === 0) return;
    const includeContent = form.has('includeContent');
    onCreate({ name: textField(form, 'name'), url: textField(form, 'url'), events, includeContent });
    event.currentTarget.reset();
  };
  return (
    <form onSubmit={submit} aria-label={t('New webhook')} className="grid gap-3 rounded-xl border p-3">
      <div className="grid gap-3 sm:grid-cols-[1fr_2fr]">
        <label className="text-sm font-medium">
          {t('Name')}
          <input name="name" required maxLength={200} className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          {t('Address')}
          <input name="url" type="url" dir="ltr" required maxLength={2000} placeholder={SCHEME} className={FIELD} />
        </label>
      </div>
      <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
        <legend className="sr-only">{t('What it is told of')}</legend>
        {EVENTS.map(({ name, text }) => (
          <label key={name} className="flex items-center gap-2 text-sm">
            <input type="checkbox" name={name} defaultChecked={name === 'turn.completed'} /> {t(text)}
          </label>
        ))}
      </fieldset>
      <label className="flex items-center gap-2 text-sm">
        <input type="checkbox" name="includeContent" /> {t('With answers, and what the agent asks for')}
      </label>
      <button className="button justify-self-start">{t('Add a webhook')}</button>
    </form>
  );
}
