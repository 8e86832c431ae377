import { useMemo } from 'react';
import { ACCOUNT_HASH, accountHash, WEBHOOKS_HASH } from '../../browser/hash-route';
import type { Account } from '../../api/types';
import { t, type Words, words } from '../../languages/text';
import { useAccount } from '../../session/account';
import { Page } from '../shell/Page';
import { Loading } from '../shell/ReadState';
import { Tabs } from '../shell/Tabs';
import { PushDevices } from '../push/PushDevices';
import { OwnKeys } from './OwnKeys';
import { OwnLimits } from './OwnLimits';
import { OwnRules } from './OwnRules';
import { OwnUsage } from './OwnUsage';
import { PasswordForm } from './PasswordForm';
import { Profile } from './Profile';
import { Sessions } from './Sessions';
import { Tokens } from './Tokens';

type TabId = '' | 'usage' | 'tokens' | 'rules';

const TABS: readonly { id: TabId; text: Words; isFor: (account: Account) => boolean }[] = [
  { id: '', text: words('Account'), isFor: () => true },
  { id: 'usage', text: words('Usage and limits'), isFor: () => true },
  { id: 'tokens', text: words('Tokens and keys'), isFor: () => true },
  { id: 'rules', text: words('Approval rules'), isFor: ({ permissions }) => permissions.includes('chat:write') },
];

interface AccountPageProps {
  tab: string;
  search: string;
  onOpenDrawer: () => void;
}

/** Who one is here, where one is signed in, what one uses, and with what one's programs call. */
export default function AccountPage({ tab, search, onOpenDrawer }: AccountPageProps) {
  const account = useAccount();
  const open = TABS.find(({ id }) => id === tab) ?? TABS[0];
  const said = useMemo(() => new URLSearchParams(search), [search]);
  if (!open) return null;
  const tabs = TABS.filter(({ isFor }) => account === null || isFor(account)).map(({ id, text }) => ({
    ...{ id, text: t(text), href: id === '' ? ACCOUNT_HASH : accountHash(id) },
  }));
  const webhooks = { id: 'webhooks', text: t('Webhooks'), href: WEBHOOKS_HASH };
  const hasWebhooks = account?.permissions.includes('chat:write') ?? false;
  return (
    <Page
      title={t(open.text)}
      part={open.id === '' ? '' : t('Account')}
      onOpenDrawer={onOpenDrawer}
      tabs={<Tabs label={t('Account')} tabs={hasWebhooks ? [...tabs, webhooks] : tabs} openId={open.id} />}
      isWide={open.id === 'usage'}
    >
      {account === null ? <Loading /> : <TabContent key={open.id} id={open.id} account={account} search={said} />}
    </Page>
  );
}

function TabContent({ id, account, search }: { id: TabId; account: Account; search: URLSearchParams }) {
  const mayChange = account.permissions.includes('account');
  switch (id) {
    case 'usage':
      return (
        <>
          <OwnLimits />
          <OwnUsage account={account} search={search} />
        </>
      );
    case 'tokens':
      return (
        <>
          {mayChange && <Tokens account={account} />}
          <OwnKeys />
        </>
      );
    case 'rules':
      return <OwnRules />;
    default:
      return (
        <>
          <Profile account={account} />
          {account.hasPassword && <PasswordForm account={account} />}
          {account.isSession && <Sessions />}
          {mayChange && <PushDevices />}
        </>
      );
  }
}
