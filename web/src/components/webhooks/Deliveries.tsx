import { useCallback, useEffect } from 'react';
import type { Webhook, WebhookDelivery } from '../../api/types';
import { webhooksApi } from '../../api/webhooks-api';
import { type Paged, usePaged } from '../../session/use-paged';
import { moment, Rows } from '../shell/Page';
import { t, type Words, words } from '../../languages/text';

const POLL_MS = 1_000;
/** Afterwards it is a retry that is waited for, and that may take hours. */
const POLLED_MS = 15_000;

const STATES: Readonly<Record<WebhookDelivery['status'], Words>> = {
  ...{ pending: words('pending'), delivered: words('delivered'), failed: words('failed'), canceled: words('canceled') },
};

/** What a webhook was sent, and how it was taken. */
export function Deliveries({ webhook, mayWrite }: { webhook: Webhook; mayWrite: boolean }) {
  const { id, name } = webhook;
  const read = useCallback(
    (query: Parameters<typeof webhooksApi.deliveries>[1]) => webhooksApi.deliveries(id, query),
    [id],
  );
  const list = usePaged<WebhookDelivery>(read);
  usePolling(list);
  return (
    <section aria-label={t('What {{name}} was sent', { name })} className="grid gap-2">
      <Rows list={list} keyOf={(delivery) => delivery.id} nothing={t('Nothing was sent to it yet.')}>
        {(delivery) => (
          <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
            <div className="min-w-0 flex-1 basis-48">
              <p>
                <span className={delivery.status === 'failed' ? 'text-danger' : ''}>{t(STATES[delivery.status])}</span>{' '}
                ·{' '}
                <code dir="ltr" className="font-mono break-all">
                  {delivery.type}
                </code>
              </p>
              <p className="break-words text-muted-foreground">{summaryOf(delivery)}</p>
            </div>
            {mayWrite && delivery.status !== 'pending' && (
              <button
                type="button"
                className="button"
                disabled={!webhook.enabled && delivery.type !== 'webhook.test'}
                aria-label={t('Send {{type}} of {{time}} again', {
                  ...{ type: delivery.type, time: moment(delivery.createdAt) },
                })}
                onClick={() => list.change(webhooksApi.redeliver(id, delivery.id))}
              >
                {t('Send again')}
              </button>
            )}
          </div>
        )}
      </Rows>
    </section>
  );
}

function summaryOf({ createdAt, attempts, responseStatus, durationMs, error, nextAttemptAt, status }: WebhookDelivery) {
  const parts = [
    moment(createdAt),
    t('{{count}} attempts', { count: attempts }),
    responseStatus !== null &&
      durationMs !== null &&
      t('{{status}} after {{ms}} ms', { status: String(responseStatus), ms: durationMs }),
    error,
    status === 'pending' &&
      nextAttemptAt !== null &&
      attempts > 0 &&
      t('again at {{time}}', { time: moment(nextAttemptAt) }),
  ];
  return parts.filter((part) => typeof part === 'string').join(' · ');
}

/** Reads the list again while the newest is on its way. */
function usePolling({ rows, reload }: Paged<WebhookDelivery>): void {
  const newest = rows?.[0];
  const waits = newest?.status === 'pending' && Date.now() - Date.parse(newest.createdAt) < POLLED_MS;
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setTimeout(reload, POLL_MS);
    return () => clearTimeout(timer);
  }, [waits, rows, reload]);
}
