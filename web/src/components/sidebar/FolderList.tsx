import { useState } from 'react';
import type { Chat, Project } from '../../api/types';
import { openChat } from '../../browser/hash-route';
import { formatNumber } from '../../languages/locale';
import { useIsReader } from '../../session/account';
import type { ListFeed } from '../../session/list-feed';
import { useChatList } from '../../session/use-chat-list';
import { Icon } from '../shell/Icon';
import { ListEnd, Rows } from './ChatRows';
import { t } from '../../languages/text';

interface FolderListProps {
  feed: ListFeed;
  projects: readonly Project[];
  /** Its folder is open, too, and has it in any case. */
  openChat: Chat | null;
  /** New chats are filed in it from now on. */
  onProject: (id: string) => void;
}

/** The chats in a folder for each project. */
export function FolderList({ feed, projects, openChat: shown, onProject }: FolderListProps) {
  return projects.map((project) => (
    <Folder
      key={project.id}
      feed={feed}
      project={project}
      openChat={shown?.projectId === project.id && !shown.archived ? shown : null}
      isFirstOpen={shown ? project.id === shown.projectId : project.personal}
      onNew={() => {
        onProject(project.id);
        openChat(null);
      }}
    />
  ));
}

interface FolderProps {
  feed: ListFeed;
  project: Project;
  openChat: Chat | null;
  isFirstOpen: boolean;
  onNew: () => void;
}

function Folder({ feed, project, openChat: shown, isFirstOpen, onNew }: FolderProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? isFirstOpen;
  const isReader = useIsReader();
  return (
    <section aria-label={t('Folder {{name}}', { name: project.name })} className="pb-1">
      <div className="group flex items-center rounded-lg hover:bg-muted/60">
        <h2 className="min-w-0 flex-1">
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => setChosen(!isOpen)}
            className="flex min-h-9 w-full min-w-0 items-center gap-1.5 rounded-lg px-2 text-sm font-medium pointer-coarse:min-h-11"
          >
            <Icon
              name="chevron"
              size={12}
              className={`transition-[rotate] rtl:-scale-x-100 ${isOpen ? 'ltr:rotate-90 rtl:-rotate-90' : ''}`}
            />
            <Icon name="folder" size={14} />
            <span dir="auto" className="truncate">
              {project.name}
            </span>
            <span className="ms-auto text-xs font-normal text-muted-foreground">{formatNumber(project.chatCount)}</span>
          </button>
        </h2>
        {!isReader && project.role !== 'viewer' && (
          <button
            type="button"
            className="icon-button pointer-fine:size-7"
            aria-label={t('New chat in {{name}}', { name: project.name })}
            title={t('New chat here')}
            onClick={onNew}
          >
            <Icon name="plus" size={14} />
          </button>
        )}
      </div>
      {isOpen && <FolderRows feed={feed} projectId={project.id} openChat={shown} />}
    </section>
  );
}

interface FolderRowsProps {
  feed: ListFeed;
  projectId: string;
  openChat: Chat | null;
}

function FolderRows({ feed, projectId, openChat: shown }: FolderRowsProps) {
  const list = useChatList(feed, { archived: false, status: null, projectId, pinned: null });
  return (
    <div className="ms-3 border-s ps-1.5">
      {shown && !list.isLoading && !list.chats.some(({ id }) => id === shown.id) && <Rows chats={[shown]} />}
      <Rows chats={list.chats} />
      <ListEnd list={list} nothing={t('No chats here yet.')} />
    </div>
  );
}
