import type { Project, PushDevice } from '../../api/types';
import { browserName } from '../../format/browser-name';
import { formatMinute } from '../../format/times';
import { t } from '../../languages/text';

interface PushDeviceRowProps {
  device: PushDevice;
  /** Whether it is this browser. */
  isHere: boolean;
  projects: readonly Project[];
  onTest: () => void;
  onRemove: () => void;
  onProjects: (ids: readonly string[]) => void;
}

export function PushDeviceRow({ device, isHere, projects, onTest, onRemove, onProjects }: PushDeviceRowProps) {
  const { userAgent, createdAt, deliveredAt, error } = device;
  const name = browserName(userAgent) ?? t('A browser without a name');
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate" title={userAgent}>
          <bdi>{name}</bdi>
          {isHere && <strong className="ms-2 font-medium text-success">{t('this one')}</strong>}
        </p>
        <p className="text-muted-foreground">
          {deliveredAt === null
            ? t('Added {{time}}, told nothing yet', { time: formatMinute(createdAt) })
            : t('Told last {{time}}', { time: formatMinute(deliveredAt) })}
        </p>
        {error !== null && (
          <p dir="auto" className="break-words text-danger">
            {error}
          </p>
        )}
      </div>
      <button type="button" className="button" aria-label={t('Send a test to {{name}}', { name })} onClick={onTest}>
        {t('Send a test')}
      </button>
      <button type="button" className="button" aria-label={t('Remove {{name}}', { name })} onClick={onRemove}>
        {t('Remove')}
      </button>
      {projects.length > 0 && <Projects chosen={device.projects} projects={projects} onChange={onProjects} />}
    </div>
  );
}

interface ProjectsProps {
  chosen: readonly string[];
  projects: readonly Project[];
  onChange: (ids: readonly string[]) => void;
}

function Projects({ chosen, projects, onChange }: ProjectsProps) {
  // One that is left meanwhile is not sent again.
  const known = chosen.filter((id) => projects.some((project) => project.id === id));
  const toggle = (id: string): void =>
    onChange(known.includes(id) ? known.filter((one) => one !== id) : [...known, id]);
  return (
    <details className="basis-full">
      <summary className="w-fit cursor-pointer text-muted-foreground underline underline-offset-2">
        {t('Also of chats of others, in {{count}} projects', { count: known.length })}
      </summary>
      <div className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1">
        {projects.map(({ id, name }) => (
          <label key={id} className="flex min-w-0 items-center gap-1.5">
            <input type="checkbox" checked={known.includes(id)} onChange={() => toggle(id)} />
            <span dir="auto" className="truncate">
              {name}
            </span>
          </label>
        ))}
      </div>
    </details>
  );
}
