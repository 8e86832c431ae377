import { type FormEvent, useCallback, useState } from 'react';
import { type PageQuery, projectsApi } from '../../api/projects-api';
import type { Project } from '../../api/types';
import { projectHash } from '../../browser/hash-route';
import { useAccount } from '../../session/account';
import { usePaged } from '../../session/use-paged';
import { FIELD, Page, Rows, Section, textField } from '../shell/Page';
import { t, type Words, words } from '../../languages/text';

const ROLE_WORDS: Readonly<Record<Project['role'], Words>> = {
  ...{ owner: words('owner'), editor: words('editor'), viewer: words('viewer') },
};

/** The projects that one is a member of, and a new one. */
export default function ProjectsPage({ onOpenDrawer }: { onOpenDrawer: () => void }) {
  const [archived, setArchived] = useState(false);
  const list = usePaged<Project>(
    useCallback((query: PageQuery) => projectsApi.list({ ...query, archived }), [archived]),
  );
  const mayWrite = useAccount()?.permissions.includes('chat:write') ?? false;
  return (
    <Page title={t('Projects')} onOpenDrawer={onOpenDrawer}>
      {mayWrite && <NewProject onCreate={(body) => list.change(projectsApi.create(body))} />}
      <Section
        title={archived ? t('Archived projects') : t('Your projects')}
        text={t(
          'The members of a project see its chats; owners say who they are. Your personal project is yours alone.',
        )}
        aside={
          <button type="button" className="button" onClick={() => setArchived(!archived)}>
            {archived ? t('Back to projects') : t('Archived')}
          </button>
        }
      >
        <Rows list={list} keyOf={({ id }) => id} nothing={t('None yet.')}>
          {(project) => (
            <a href={projectHash(project.id)} className="block hover:underline">
              <span className="font-medium break-words">{project.name}</span>
              <span className="block text-muted-foreground">
                {project.personal ? t('personal') : t(ROLE_WORDS[project.role])} ·{' '}
                {t('{{count}} chats', { count: project.chatCount })}
              </span>
            </a>
          )}
        </Rows>
      </Section>
    </Page>
  );
}

function NewProject({ onCreate }: { onCreate: (body: { name: string; description?: string }) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const description = textField(form, 'description');
    onCreate({ name: textField(form, 'name'), ...(description && { description }) });
    event.currentTarget.reset();
  };
  return (
    <Section title={t('New project')}>
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
        <label className="text-sm font-medium">
          {t('Name')}
          <input name="name" required maxLength={100} className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          {t('What it is for')}
          <input name="description" maxLength={1000} className={FIELD} />
        </label>
        <button className="button">{t('Create')}</button>
      </form>
    </Section>
  );
}
