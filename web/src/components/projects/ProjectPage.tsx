import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { describeError } from '../../api/problem';
import { projectsApi } from '../../api/projects-api';
import type { Limit, Project } from '../../api/types';
import { PROJECTS_HASH, setupHash } from '../../browser/hash-route';
import { t, type Words, words } from '../../languages/text';
import { useIsReader } from '../../session/account';
import { ConfirmButton } from '../shell/ConfirmButton';
import { Limits } from '../shell/Limits';
import { Fault, FIELD, Page, Section, textField } from '../shell/Page';
import { Webhooks } from '../webhooks/Webhooks';
import { Members } from './Members';
import { RepositorySection } from './RepositorySection';

const YOU_ARE: Readonly<Record<Project['role'], Words>> = {
  owner: words('you are its owner'),
  editor: words('you are its editor'),
  viewer: words('you are its viewer'),
};

/** One project: its name, members and limits. */
export default function ProjectPage({ id, onOpenDrawer }: { id: string; onOpenDrawer: () => void }) {
  const [project, setProject] = useState<Project | null>(null);
  const [limits, setLimits] = useState<readonly Limit[]>([]);
  const [error, setError] = useState<string | null>(null);
  const fail = useCallback((cause: unknown) => setError(describeError(cause)), []);
  useEffect(() => {
    projectsApi.get(id).then(setProject, fail);
    projectsApi.limits(id).then(setLimits, fail);
  }, [id, fail]);
  const change = (body: Parameters<typeof projectsApi.change>[1]) => {
    setError(null);
    projectsApi.change(id, body).then(setProject, fail);
  };
  const isReader = useIsReader();
  const isOwner = project?.role === 'owner' && !project.personal && !isReader;
  const mayAdd = project !== null && project.role !== 'viewer' && !isReader;
  return (
    <Page title={project?.name ?? t('Project')} onOpenDrawer={onOpenDrawer}>
      <Fault text={error} />
      {project && (
        <p className="text-sm text-muted-foreground">
          <a href={PROJECTS_HASH} className="underline">
            {t('Projects')}
          </a>{' '}
          · {project.personal ? t('you are alone in it: it is your own') : t(YOU_ARE[project.role])}
          {project.description && ` · ${project.description}`}
        </p>
      )}
      {project && isOwner && <Settings key={project.updatedAt} project={project} onChange={change} onFault={fail} />}
      {project && <SetupLinks projectId={project.id} />}
      {project && <RepositorySection project={project} />}
      {project && !project.personal && <Members project={project} />}
      {mayAdd && !project.personal && <Webhooks projectId={project.id} />}
      {limits.length > 0 && (
        <Section title={t('Limits')}>
          <Limits limits={limits} />
        </Section>
      )}
    </Page>
  );
}

/** What the agents of its chats are made up of. */
function SetupLinks({ projectId }: { projectId: string }) {
  return (
    <nav aria-label={t('Agent setup')} className="flex flex-wrap gap-2">
      <a href={setupHash('templates', projectId)} className="button">
        {t('Templates')}
      </a>
      <a href={setupHash('skills', projectId)} className="button">
        {t('Skills')}
      </a>
      <a href={setupHash('mcp-servers', projectId)} className="button">
        {t('MCP servers')}
      </a>
    </nav>
  );
}

interface SettingsProps {
  project: Project;
  onChange: (body: { name?: string; description?: string; archived?: boolean }) => void;
  onFault: (cause: unknown) => void;
}

function Settings({ project, onChange, onFault }: SettingsProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onChange({ name: textField(form, 'name'), description: textField(form, 'description') });
  };
  const remove = () => void projectsApi.remove(project.id).then(() => window.location.assign(PROJECTS_HASH), onFault);
  return (
    <Section title={t('Settings')}>
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
        <label className="text-sm font-medium">
          {t('Name')}
          <input name="name" required maxLength={100} defaultValue={project.name} className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          {t('What it is for')}
          <input name="description" maxLength={1000} defaultValue={project.description} className={FIELD} />
        </label>
        <button className="button">{t('Save')}</button>
      </form>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button" onClick={() => onChange({ archived: !project.archived })}>
          {project.archived ? t('Restore from the archive') : t('Archive')}
        </button>
        <ConfirmButton
          text={t('Delete')}
          title={t('Delete {{name}}?', { name: project.name })}
          consequence={t('{{count}} chats, their files and all that was said in them are deleted for all members.', {
            count: project.chatCount,
          })}
          confirmLabel={t('Delete')}
          onConfirm={remove}
        />
      </div>
    </Section>
  );
}
