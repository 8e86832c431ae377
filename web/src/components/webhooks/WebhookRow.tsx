import { useState } from 'react';
import type { Webhook } from '../../api/types';
import { webhooksApi } from '../../api/webhooks-api';
import { VisibleCode } from '../code/Visible';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { moment } from '../shell/Page';
import { Deliveries } from './Deliveries';
import { EVENTS } from './NewWebhookForm';
import { t, type Words, words } from '../../languages/text';

interface WebhookRowProps {
  webhook: Webhook;
  mayWrite: boolean;
  onChange: (run: Promise<unknown>) => void;
  onRotate: () => void;
}

const REASONS: Readonly<Record<NonNullable<Webhook['disabledReason']>, Words>> = {
  failing: words('Switched off: it has taken nothing for a day.'),
  gone: words('Switched off: it has answered that it is gone.'),
  author_left: words('Switched off: who has added it may not write in the project any more.'),
};

/** One webhook, how it does, and what can be done with it. */
export function WebhookRow({ webhook, mayWrite, onChange, onRotate }: WebhookRowProps) {
  const { id, name, url, events, enabled, includeContent } = webhook;
  const [isOpen, setOpen] = useState(false);
  const [tests, setTests] = useState(0);
  const [asks, setAsks] = useState<'delete' | 'rotate' | null>(null);
  const told = EVENTS.filter((event) => events.includes(event.name)).map(({ text }) => t(text));
  const test = () => {
    setOpen(true);
    onChange(webhooksApi.test(id).then(() => setTests(tests + 1)));
  };
  return (
    <div className="grid gap-2">
      <div className="min-w-0">
        <p dir="auto" className="font-medium break-words">
          {name}
        </p>
        <VisibleCode text={url} className="block break-all text-muted-foreground" />
        <p className="text-muted-foreground">{[...told, ...(includeContent ? [t('with content')] : [])].join(' · ')}</p>
        <State webhook={webhook} />
      </div>
      <div className="flex flex-wrap gap-2">
        {mayWrite && (
          <button type="button" className="button" onClick={test} aria-label={t('Test {{name}}', { name })}>
            {t('Test')}
          </button>
        )}
        <button
          type="button"
          className="button"
          aria-expanded={isOpen}
          aria-label={t('Deliveries of {{name}}', { name })}
          onClick={() => setOpen(!isOpen)}
        >
          {t('Deliveries')}
        </button>
        {mayWrite && (
          <>
            <button type="button" className="button" onClick={() => onChange(webhooksApi.switch(id, !enabled))}>
              {enabled ? t('Switch off') : t('Switch on')}
            </button>
            <button type="button" className="button" onClick={() => setAsks('rotate')}>
              {t('New secret')}
            </button>
            <button
              type="button"
              className="button text-danger"
              aria-label={t('Delete {{name}}', { name })}
              onClick={() => setAsks('delete')}
            >
              {t('Delete')}
            </button>
          </>
        )}
      </div>
      {isOpen && <Deliveries key={tests} webhook={webhook} mayWrite={mayWrite} />}
      {asks === 'delete' && (
        <ConfirmDialog
          title={t('Delete {{name}}?', { name })}
          text={t('It is called no more, and what it was sent is forgotten.')}
          confirmLabel={t('Delete')}
          onConfirm={() => onChange(webhooksApi.remove(id))}
          onClose={() => setAsks(null)}
        />
      )}
      {asks === 'rotate' && (
        <ConfirmDialog
          title={t('Another secret for {{name}}?', { name })}
          text={t('The one so far is good for another day.')}
          confirmLabel={t('New secret')}
          onConfirm={onRotate}
          onClose={() => setAsks(null)}
        />
      )}
    </div>
  );
}

function State({ webhook }: { webhook: Webhook }) {
  const { enabled, disabledReason, failingSince, dropped, previousSecretUntil } = webhook;
  const lines = [
    !enabled && (disabledReason ? t(REASONS[disabledReason]) : t('Switched off.')),
    failingSince && t('Has taken nothing since {{time}}.', { time: moment(failingSince) }),
    dropped > 0 && t('{{count}} events were left out, as too much waited.', { count: dropped }),
  ].filter((line) => typeof line === 'string');
  return (
    <>
      {lines.map((line) => (
        <p key={line} className="text-danger">
          {line}
        </p>
      ))}
      {previousSecretUntil && (
        <p className="text-muted-foreground">
          {t('The secret before signs, too, until {{time}}.', { time: moment(previousSecretUntil) })}
        </p>
      )}
    </>
  );
}
