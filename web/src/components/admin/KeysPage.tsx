import { useCallback, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { PageQuery } from '../../api/projects-api';
import type { CreatedGatewayKey, GatewayKey, NewGatewayKey } from '../../api/types';
import { t } from '../../languages/text';
import { usePaged } from '../../session/use-paged';
import { Fault, Rows, Section, ShownOnce } from '../shell/Page';
import type { AdminTabProps } from './admin-tab-props';
import { KeyForm } from './KeyForm';
import { KeyRow } from './KeyRow';

/** The keys with which programs ask models at /v1. */
export function KeysPage({ search, onSearch }: AdminTabProps) {
  const userId = search.get('userId') ?? '';
  const list = usePaged<GatewayKey>(
    useCallback((query: PageQuery) => adminApi.keys({ ...query, ...(userId && { userId }) }), [userId]),
  );
  const [created, setCreated] = useState<CreatedGatewayKey | null>(null);
  const [error, setError] = useState<string | null>(null);
  const create = (wanted: NewGatewayKey) => {
    setError(null);
    adminApi.makeKey(wanted).then(
      (key) => {
        setCreated(key);
        list.reload();
      },
      (cause: unknown) => setError(describeError(cause)),
    );
  };
  return (
    <>
      <Section title={t('New key')} text={t('With it programs from outside ask models at /v1.')}>
        <KeyForm key={created?.id} submitLabel={t('Create')} onSubmit={create} />
        <Fault text={error} />
        {created && <ShownOnce label={t('Copy it now, it is not shown again:')} value={created.key} />}
      </Section>
      <Section
        title={t('Gateway keys')}
        aside={
          userId !== '' && (
            <button type="button" className="button" onClick={() => onSearch({ userId: '' })}>
              {t('Show all')}
            </button>
          )
        }
      >
        <Rows list={list} keyOf={({ id }) => id} nothing={t('There is none.')}>
          {(key) => <KeyRow gatewayKey={key} list={list} />}
        </Rows>
      </Section>
    </>
  );
}
