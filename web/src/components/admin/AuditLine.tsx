import type { AuditEntry } from '../../api/types';
import { adminHash } from '../../browser/hash-route';
import { formatMoment } from '../../format/times';
import { isolated, t } from '../../languages/text';

/** One entry of the log. */
export function AuditLine({ entry }: { entry: AuditEntry }) {
  const { action, outcome, at, actorId, actorName, via, address, targetKind, targetId, detail } = entry;
  const facts = Object.entries(detail);
  const how = [via, address].flatMap((word) => (word ? isolated(word) : [])).join(' · ');
  return (
    <div className="grid gap-0.5">
      <p className="flex flex-wrap justify-between gap-x-3">
        <span className="font-medium break-all">
          {action}
          {outcome === 'refused' && <span className="ms-2 font-normal text-danger">{t('refused')}</span>}
        </span>
        <time dateTime={at} className="text-muted-foreground">
          {formatMoment(at)}
        </time>
      </p>
      <p className="break-all text-muted-foreground">
        {actorId === null ? (
          t('nobody known')
        ) : (
          <a href={adminHash('audit', { actorId })} className="underline underline-offset-2" title={actorId}>
            <bdi>{actorName ?? actorId}</bdi>
          </a>
        )}
        {how && ` · ${how}`}
        {targetId && (
          <>
            {' → '}
            {targetKind}{' '}
            {targetKind === 'route' ? (
              <bdi dir="ltr">{targetId}</bdi>
            ) : (
              <a href={adminHash('audit', { targetId })} className="underline underline-offset-2">
                {targetId}
              </a>
            )}
          </>
        )}
      </p>
      {facts.length > 0 && (
        <p dir="ltr" className="font-mono text-xs break-all text-muted-foreground">
          {facts
            .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
            .join(', ')}
        </p>
      )}
    </div>
  );
}
