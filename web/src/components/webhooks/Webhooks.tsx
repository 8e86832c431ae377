import { useCallback, useState } from 'react';
import { webhooksApi } from '../../api/webhooks-api';
import type { CreatedWebhook, NewWebhook, Webhook } from '../../api/types';
import { useIsReader } from '../../session/account';
import { usePaged } from '../../session/use-paged';
import { Rows, Section, ShownOnce } from '../shell/Page';
import { NewWebhookForm } from './NewWebhookForm';
import { WebhookRow } from './WebhookRow';
import { t } from '../../languages/text';

/** Webhooks of a project, or one's own: made, tried, switched off, removed. */
export function Webhooks({ projectId }: { projectId: string | null }) {
  const read = useCallback(() => webhooksApi.list(projectId), [projectId]);
  const list = usePaged<Webhook>(read);
  const mayWrite = !useIsReader();
  const [shown, setShown] = useState<CreatedWebhook | null>(null);
  const create = (wanted: NewWebhook) => list.change(webhooksApi.create(projectId, wanted).then(setShown));
  const rotate = ({ id }: Webhook) => list.change(webhooksApi.rotate(id).then(setShown));
  return (
    <Section
      title={t('Webhooks')}
      text={
        projectId === null
          ? t('Addresses of yours that are called when something happens in the chats that you have made.')
          : t('Addresses of yours that are called when something happens in the chats of this project.')
      }
    >
      {shown && (
        <ShownOnce label={t('Signs the calls of {{name}}; copy it now:', { name: shown.name })} value={shown.secret} />
      )}
      <Rows list={list} keyOf={({ id }) => id} nothing={t('There is none yet.')}>
        {(webhook) => (
          <WebhookRow webhook={webhook} mayWrite={mayWrite} onChange={list.change} onRotate={() => rotate(webhook)} />
        )}
      </Rows>
      {mayWrite ? (
        <NewWebhookForm onCreate={create} />
      ) : (
        <p className="text-sm text-muted-foreground">{t('You may read this, and change nothing.')}</p>
      )}
    </Section>
  );
}
