import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { describeError } from '../../api/problem';
import { projectsApi } from '../../api/projects-api';
import type { Limit, Project } from '../../api/types';
import { PROJECTS_HASH } from '../../browser/hash-route';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { Limits } from '../shell/Limits';
import { Fault, FIELD, Page, Section, textField } from '../shell/Page';
import { Members } from './Members';

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
  const isOwner = project?.role === 'owner' && !project.personal;
  return (
    <Page title={project?.name ?? 'Project'} onOpenDrawer={onOpenDrawer}>
      <Fault text={error} />
      {project && (
        <p className="text-sm text-muted-foreground">
          <a href={PROJECTS_HASH} className="underline">
            Projects
          </a>{' '}
          · you are {project.personal ? 'alone in it: it is your own' : `its ${project.role}`}
          {project.description && ` · ${project.description}`}
        </p>
      )}
      {project && isOwner && <Settings key={project.updatedAt} project={project} onChange={change} onFault={fail} />}
      {project && !project.personal && <Members project={project} />}
      {limits.length > 0 && (
        <Section title="Limits">
          <Limits limits={limits} />
        </Section>
      )}
    </Page>
  );
}

interface SettingsProps {
  project: Project;
  onChange: (body: { name?: string; description?: string; archived?: boolean }) => void;
  onFault: (cause: unknown) => void;
}

function Settings({ project, onChange, onFault }: SettingsProps) {
  const [isAsking, setAsking] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onChange({ name: textField(form, 'name'), description: textField(form, 'description') });
  };
  const remove = () => void projectsApi.remove(project.id).then(() => window.location.assign(PROJECTS_HASH), onFault);
  return (
    <Section title="Settings">
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
        <label className="text-sm font-medium">
          Name
          <input name="name" required maxLength={100} defaultValue={project.name} className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          What it is for
          <input name="description" maxLength={1000} defaultValue={project.description} className={FIELD} />
        </label>
        <button className="button">Save</button>
      </form>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button" onClick={() => onChange({ archived: !project.archived })}>
          {project.archived ? 'Restore from the archive' : 'Archive'}
        </button>
        <button type="button" className="button text-danger" onClick={() => setAsking(true)}>
          Delete
        </button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={`Delete ${project.name}?`}
          text={`Its ${project.chatCount} chats, their files and all that was said in them are deleted for all members.`}
          confirmLabel="Delete"
          onConfirm={remove}
          onClose={() => setAsking(false)}
        />
      )}
    </Section>
  );
}
