import { useCallback, useState } from 'react';
import { skillsApi } from '../../api/skills-api';
import type { Skill } from '../../api/types';
import { setupHash } from '../../browser/hash-route';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { Visible } from '../code/Visible';
import { LoadState } from '../shell/LoadState';
import { Section } from '../shell/Page';
import { idOf, mayEdit, type SetupScope } from './setup-scope';
import { SkillForm } from './SkillForm';

/** The skills of a project, which can be changed, and those of the operator. */
export function SkillList({ scope }: { scope: SetupScope }) {
  const projectId = idOf(scope);
  const list = useReading(useCallback(() => skillsApi.list(projectId), [projectId]));
  const [isAdding, setAdding] = useState(false);
  const ofProject = list.value?.filter(({ scope: whose }) => whose === 'project');
  const ofOperator = list.value?.filter(({ scope: whose }) => whose === 'service');
  return (
    <>
      <p className="text-sm text-muted-foreground">
        {t(
          'A skill says how one kind of task is done. A chat has those that are chosen in its settings, or by its template.',
        )}
      </p>
      <LoadState of={list} />
      {ofProject && projectId !== null && (
        <Section
          title={t('Of this project')}
          text={t('For the chats of this project.')}
          aside={
            mayEdit(scope) && (
              <button type="button" className="button" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
                {t('New skill')}
              </button>
            )
          }
        >
          {isAdding && (
            <SkillForm
              projectId={projectId}
              onDone={(made) => window.location.assign(setupHash('skills', projectId, made.name))}
              onCancel={() => setAdding(false)}
            />
          )}
          <Skills skills={ofProject} projectId={projectId} />
        </Section>
      )}
      {ofOperator && (
        <Section title={t('Of the operator')} text={t('For all chats. They are folders of the service.')}>
          <Skills skills={ofOperator} projectId={null} />
        </Section>
      )}
      {projectId === null && (
        <p className="text-sm text-muted-foreground">{t('Skills of a project are shown when it is chosen above.')}</p>
      )}
    </>
  );
}

/** @param projectId null: what they say is the operator's to read */
function Skills({ skills, projectId }: { skills: readonly Skill[]; projectId: string | null }) {
  if (skills.length === 0) return <p className="text-sm text-muted-foreground">{t('There is none yet.')}</p>;
  return (
    <ul className="divide-y rounded-xl border">
      {skills.map(({ name, description }) => (
        <li key={name} className="px-3 py-2.5 text-sm">
          {projectId === null ? (
            <span className="font-medium break-all">{name}</span>
          ) : (
            <a
              href={setupHash('skills', projectId, name)}
              className="font-medium break-all underline-offset-2 hover:underline"
            >
              {name}
            </a>
          )}
          <p className="break-words text-muted-foreground">
            <bdi>
              <Visible text={description} />
            </bdi>
          </p>
        </li>
      ))}
    </ul>
  );
}
