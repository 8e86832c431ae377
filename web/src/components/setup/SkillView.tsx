import { useCallback, useState } from 'react';
import { skillsApi } from '../../api/skills-api';
import type { ProjectSkill } from '../../api/types';
import { setupHash } from '../../browser/hash-route';
import { withoutFrontMatter } from '../../format/front-matter';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { useSubmit } from '../../session/use-submit';
import { CodeView } from '../code/CodeView';
import { Visible, VisibleCode } from '../code/Visible';
import { ConfirmButton } from '../shell/ConfirmButton';
import { LoadState } from '../shell/LoadState';
import { Fault, moment, Section } from '../shell/Page';
import { Markdown } from '../thread/Markdown';
import { mayEdit, type SetupScope } from './setup-scope';
import { SkillForm } from './SkillForm';

/** One skill of a project: what it says, and its files. */
export function SkillView({ name, scope }: { name: string; scope: SetupScope }) {
  const { project } = scope;
  if (project === null) return <Fault text={t('What skills of the operator say is not shown.')} />;
  return <OfProject name={name} projectId={project.id} mayChange={mayEdit(scope)} />;
}

function OfProject({ name, projectId, mayChange }: { name: string; projectId: string; mayChange: boolean }) {
  const loaded = useReading(useCallback(() => skillsApi.get(projectId, name), [projectId, name]));
  const [isEditing, setEditing] = useState(false);
  const skill = loaded.value;
  const saved = (next: ProjectSkill) => {
    setEditing(false);
    loaded.set(next);
  };
  return (
    <>
      <LoadState of={loaded} />
      {skill && isEditing && (
        <SkillForm projectId={projectId} skill={skill} onDone={saved} onCancel={() => setEditing(false)} />
      )}
      {skill && !isEditing && (
        <Section
          title={skill.name}
          text={<Visible text={skill.description} />}
          aside={
            <span className="text-sm text-muted-foreground">
              {t('Version {{version}}', { version: skill.version })} · {moment(skill.updatedAt)}
            </span>
          }
        >
          {mayChange && <Actions projectId={projectId} name={name} onEdit={() => setEditing(true)} />}
          <div className="min-w-0 rounded-xl border p-3 text-sm">
            <Markdown text={withoutFrontMatter(skill.document)} isStreaming={false} />
          </div>
          {skill.files.map(({ path, content }) => (
            <details key={path} className="min-w-0 rounded-xl border px-3 py-2 text-sm">
              <summary className="cursor-pointer">
                <VisibleCode text={path} className="break-all" />
              </summary>
              <div className="mt-2">
                <CodeView code={content} path={path} />
              </div>
            </details>
          ))}
        </Section>
      )}
    </>
  );
}

function Actions({ projectId, name, onEdit }: { projectId: string; name: string; onEdit: () => void }) {
  const { error, submit } = useSubmit();
  const remove = () =>
    submit(
      () => skillsApi.remove(projectId, name),
      () => window.location.assign(setupHash('skills', projectId)),
    );
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button" onClick={onEdit}>
          {t('Change')}
        </button>
        <ConfirmButton
          text={t('Remove')}
          title={t('Remove {{name}}?', { name })}
          consequence={t('Chats that have chosen it work without it.')}
          confirmLabel={t('Remove')}
          onConfirm={remove}
        />
      </div>
      <Fault text={error} />
    </>
  );
}
