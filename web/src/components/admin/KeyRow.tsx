import { useState } from 'react';
import { adminApi } from '../../api/admin-api';
import type { GatewayKey, NewGatewayKey } from '../../api/types';
import { adminHash } from '../../browser/hash-route';
import { t } from '../../languages/text';
import type { Paged } from '../../session/use-paged';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { KeyFacts } from '../usage/KeyFacts';
import { KeyForm } from './KeyForm';

/** A key, what it may do, what it has spent, and what can be done with it. */
export function KeyRow({ gatewayKey: key, list }: { gatewayKey: GatewayKey; list: Paged<GatewayKey> }) {
  const [open, setOpen] = useState<'form' | 'delete' | null>(null);
  const change = ({ name, models, requestsPerMinute, tokensPerMinute, budget, expiresAt }: NewGatewayKey) => {
    setOpen(null);
    list.change(adminApi.changeKey(key.id, { name, models, requestsPerMinute, tokensPerMinute, budget, expiresAt }));
  };
  return (
    <div className="grid grid-cols-1 gap-2">
      <KeyFacts gatewayKey={key} showsOwner />
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="button"
          aria-expanded={open === 'form'}
          aria-label={t('Change {{key}}', { key: key.name })}
          onClick={() => setOpen(open === 'form' ? null : 'form')}
        >
          {t('Change')}
        </button>
        <a
          className="button"
          href={adminHash('usage', { keyId: key.id })}
          aria-label={t('Usage of {{key}}', { key: key.name })}
        >
          {t('Usage')}
        </a>
        <button
          type="button"
          className="button"
          onClick={() => list.change(adminApi.changeKey(key.id, { enabled: !key.enabled }))}
        >
          {key.enabled ? t('Switch off') : t('Switch on')}
        </button>
        <button
          type="button"
          className="button text-danger"
          aria-label={t('Revoke {{key}}', { key: key.name })}
          onClick={() => setOpen('delete')}
        >
          {t('Revoke')}
        </button>
      </div>
      {open === 'form' && <KeyForm gatewayKey={key} submitLabel={t('Save')} onSubmit={change} />}
      {open === 'delete' && (
        <ConfirmDialog
          title={t('Revoke this key?')}
          text={t('Programs that use “{{key}}” are refused at once. What it has used stays in the sums.', {
            key: key.name,
          })}
          confirmLabel={t('Revoke')}
          onConfirm={() => list.change(adminApi.deleteKey(key.id))}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}
