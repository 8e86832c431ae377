import { useCallback } from 'react';
import { relayApi } from '../../api/relay-api';
import { chatHash, filesHash, type FilesView } from '../../browser/hash-route';
import { useMedia } from '../../browser/use-media';
import { t } from '../../languages/text';
import { useIsReader } from '../../session/account';
import { useFolderTree } from '../../session/use-folder-tree';
import { useReading } from '../../session/use-reading';
import { Page } from '../shell/Page';
import { ReadFault } from '../shell/ReadState';
import { ChangesView } from './ChangesView';
import { FileTree } from './FileTree';
import { FileView } from './FileView';
import { FolderView } from './FolderView';

/** As the styles have it (`lg`). */
const WIDE = '(min-width: 64rem)';

interface FilesPageProps {
  chatId: string;
  view: FilesView;
  path: string;
  onOpenDrawer: () => void;
}

/** The workspace of a chat: its folders, a file, or what was changed. */
export default function FilesPage({ chatId, view, path, onOpenDrawer }: FilesPageProps) {
  const load = useCallback(() => relayApi.getChat(chatId), [chatId]);
  const { value: chat, failure, reload } = useReading(load);
  const isReader = useIsReader();
  const mayWrite = chat !== null && chat.role !== 'viewer' && !isReader;
  const isWide = useMedia(WIDE);
  const tabs = (
    <nav aria-label={t('Files')} className="flex gap-1 border-b px-3 py-1.5 text-sm sm:px-4">
      <Tab href={chatHash(chatId)} isHere={false} label={t('← Chat')} />
      <Tab href={filesHash(chatId, 'files')} isHere={view !== 'changes'} label={t('Files')} />
      <Tab href={filesHash(chatId, 'changes')} isHere={view === 'changes'} label={t('Changes')} />
    </nav>
  );
  return (
    <Page title={chat?.title ?? t('Files')} onOpenDrawer={onOpenDrawer} tabs={tabs} isWide>
      <ReadFault failure={failure} onRetry={reload} />
      {view === 'changes' ? (
        <ChangesView chatId={chatId} mayWrite={mayWrite} />
      ) : isWide ? (
        <BesideTree chatId={chatId} view={view} path={path} mayWrite={mayWrite} />
      ) : (
        <Viewed chatId={chatId} view={view} path={path} mayWrite={mayWrite} />
      )}
    </Page>
  );
}

interface ViewedProps {
  chatId: string;
  view: FilesView;
  path: string;
  mayWrite: boolean;
  /** Something in a folder is not what it was. */
  onChanged?: (folder: string) => void;
}

/** A folder, or a file. */
function Viewed({ view, onChanged, ...place }: ViewedProps) {
  if (view === 'file') return <FileView key={place.path} {...place} />;
  return <FolderView key={place.path} {...place} onChanged={onChanged} />;
}

/** Where there is room for both, all folders are beside what is looked at. */
function BesideTree(props: ViewedProps) {
  const { chatId, path } = props;
  const tree = useFolderTree(chatId, path);
  return (
    <div className="grid grid-cols-[minmax(13rem,1fr)_minmax(0,3fr)] items-start gap-6">
      <aside
        aria-label={t('All files')}
        className="sticky top-0 max-h-[calc(100dvh-10rem)] overflow-y-auto border-e pe-3"
      >
        <FileTree chatId={chatId} tree={tree} path={path} />
      </aside>
      <Viewed {...props} onChanged={tree.refresh} />
    </div>
  );
}

function Tab({ href, isHere, label }: { href: string; isHere: boolean; label: string }) {
  return (
    <a
      href={href}
      aria-current={isHere ? 'page' : undefined}
      className={`rounded-lg px-3 py-1.5 ${isHere ? 'bg-muted font-medium' : 'text-muted-foreground hover:bg-muted'}`}
    >
      {label}
    </a>
  );
}
