import type { Project } from '../../api/types';
import type { ListView } from '../../session/list-view';
import { formatNumber } from '../../languages/locale';
import { Icon } from '../shell/Icon';
import { t, words } from '../../languages/text';

interface ListFilterProps {
  view: ListView;
  onView: (changes: Partial<ListView>) => void;
  /** How many chats wait for a decision. */
  waiting: number;
  projects: readonly Project[];
}

const STATES = [
  { status: null, word: words('All') },
  { status: 'waiting_for_approval', word: words('Waits for me') },
  { status: 'running', word: words('Running') },
] as const;

/** Which chats are listed: by their state, by project for those who are in more than their own, or in folders. */
export function ListFilter({ view, onView, waiting, projects }: ListFilterProps) {
  return (
    <div className="grid grid-cols-1 gap-2 px-3 pb-2">
      {projects.length > 1 && (
        <div className="flex gap-1">
          <select
            aria-label={t('Project')}
            value={view.projectId ?? ''}
            onChange={(event) => onView({ projectId: event.target.value || null })}
            className="h-9 min-w-0 flex-1 truncate rounded-lg border bg-background px-2 text-sm pointer-coarse:h-10"
          >
            <option value="">{t('All projects')}</option>
            {projects.map((project) => (
              <option key={project.id} value={project.id}>
                {project.name}
              </option>
            ))}
          </select>
          <button
            type="button"
            className="icon-button size-9 aria-pressed:bg-muted aria-pressed:text-foreground"
            aria-label={t('Show as folders')}
            title={t('Show as folders')}
            aria-pressed={view.isInFolders}
            onClick={() => onView({ isInFolders: !view.isInFolders })}
          >
            <Icon name="folder" />
          </button>
        </div>
      )}
      <div role="group" aria-label={t('Which chats')} className="flex gap-1 text-xs">
        {STATES.map(({ status, word }) => (
          <button
            key={word}
            type="button"
            aria-pressed={view.status === status && !view.archived}
            onClick={() => onView({ status, archived: false })}
            className="flex min-h-7 items-center gap-1 rounded-full border border-transparent px-2.5 text-muted-foreground hover:bg-muted aria-pressed:border-border aria-pressed:bg-background aria-pressed:font-medium aria-pressed:text-foreground pointer-coarse:min-h-10"
          >
            {t(word)}
            {status === 'waiting_for_approval' && waiting > 0 && (
              <span className="rounded-full bg-warning px-1.5 font-semibold text-background">
                {formatNumber(waiting)}
              </span>
            )}
          </button>
        ))}
      </div>
    </div>
  );
}
