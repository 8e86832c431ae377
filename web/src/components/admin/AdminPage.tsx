import { type ComponentType, useMemo } from 'react';
import { adminHash } from '../../browser/hash-route';
import { t, type Words, words } from '../../languages/text';
import { useAccount } from '../../session/account';
import { Page } from '../shell/Page';
import { Forbidden, Loading } from '../shell/ReadState';
import { Tabs } from '../shell/Tabs';
import type { AdminTabProps } from './admin-tab-props';
import { AuditPage } from './AuditPage';
import { BackendsPage } from './BackendsPage';
import { KeysPage } from './KeysPage';
import { PoolPage } from './PoolPage';
import { UsagePage } from './UsagePage';
import { UsersPage } from './UsersPage';

const TABS: readonly { id: string; text: Words; content: ComponentType<AdminTabProps> }[] = [
  { id: 'users', text: words('Users'), content: UsersPage },
  { id: 'usage', text: words('Usage'), content: UsagePage },
  { id: 'pool', text: words('Pool'), content: PoolPage },
  { id: 'backends', text: words('Backends'), content: BackendsPage },
  { id: 'keys', text: words('Gateway keys'), content: KeysPage },
  { id: 'audit', text: words('Audit log'), content: AuditPage },
];

interface AdminPageProps {
  tab: string;
  search: string;
  onOpenDrawer: () => void;
}

/** What administrators see and do. */
export default function AdminPage({ tab, search, onOpenDrawer }: AdminPageProps) {
  const account = useAccount();
  const open = TABS.find(({ id }) => id === tab) ?? TABS[0];
  const said = useMemo(() => new URLSearchParams(search), [search]);
  if (!open) return null;
  const onSearch = (changes: Readonly<Record<string, string>>) => {
    window.location.hash = adminHash(open.id, { ...Object.fromEntries(said), ...changes });
  };
  const tabs = TABS.map(({ id, text }) => ({ id, text: t(text), href: adminHash(id) }));
  const isAdmin = account?.permissions.includes('admin');
  return (
    <Page
      title={t(open.text)}
      part={t('Administration')}
      onOpenDrawer={onOpenDrawer}
      tabs={isAdmin && <Tabs label={t('Administration')} tabs={tabs} openId={open.id} />}
      isWide
    >
      {account === null ? (
        <Loading />
      ) : isAdmin ? (
        <open.content key={open.id} search={said} onSearch={onSearch} />
      ) : (
        <Forbidden text={t('Only administrators see these pages.')} />
      )}
    </Page>
  );
}
