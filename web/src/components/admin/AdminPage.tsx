import { adminHash } from '../../browser/hash-route';
import { useAccount } from '../../session/account';
import { Fault, Page } from '../shell/Page';
import { AuditPage } from './AuditPage';
import { BackendsPage } from './BackendsPage';
import { KeysPage } from './KeysPage';
import { PoolPage } from './PoolPage';
import { UsagePage } from './UsagePage';
import { UsersPage } from './UsersPage';

const TABS = [
  { id: 'users', word: 'Users', content: UsersPage },
  { id: 'usage', word: 'Usage', content: UsagePage },
  { id: 'pool', word: 'Pool', content: PoolPage },
  { id: 'backends', word: 'Backends', content: BackendsPage },
  { id: 'keys', word: 'Gateway keys', content: KeysPage },
  { id: 'audit', word: 'Audit log', content: AuditPage },
] as const;

/** What administrators see and do. */
export default function AdminPage({ tab, onOpenDrawer }: { tab: string; onOpenDrawer: () => void }) {
  const account = useAccount();
  const open = TABS.find(({ id }) => id === tab) ?? TABS[0];
  const tabs = (
    <nav aria-label="Administration" className="flex shrink-0 gap-1 overflow-x-auto border-b px-3 py-1.5">
      {TABS.map(({ id, word }) => (
        <a
          key={id}
          href={adminHash(id)}
          aria-current={id === open.id ? 'page' : undefined}
          className="rounded-lg px-2.5 py-1.5 text-sm whitespace-nowrap text-muted-foreground hover:bg-muted aria-[current=page]:bg-muted aria-[current=page]:text-foreground"
        >
          {word}
        </a>
      ))}
    </nav>
  );
  return (
    <Page title="Administration" onOpenDrawer={onOpenDrawer} tabs={tabs} isWide>
      {account && !account.permissions.includes('admin') ? (
        <Fault text="Only administrators see these pages." />
      ) : (
        <open.content />
      )}
    </Page>
  );
}
