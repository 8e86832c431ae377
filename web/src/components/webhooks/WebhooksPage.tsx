import { ACCOUNT_HASH } from '../../browser/hash-route';
import { Page } from '../shell/Page';
import { Webhooks } from './Webhooks';
import { t } from '../../languages/text';

/** The addresses that are told what happens in one's chats. */
export default function WebhooksPage({ onOpenDrawer }: { onOpenDrawer: () => void }) {
  return (
    <Page title={t('Webhooks')} onOpenDrawer={onOpenDrawer}>
      <p className="text-sm text-muted-foreground">
        <a href={ACCOUNT_HASH} className="underline">
          {t('Account')}
        </a>{' '}
        · {t('those of a project are on its page')}
      </p>
      <Webhooks projectId={null} />
    </Page>
  );
}
