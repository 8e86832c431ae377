import { useCallback, useState } from 'react';
import { templatesApi } from '../../api/templates-api';
import type { Template } from '../../api/types';
import { newChatHash, setupHash } from '../../browser/hash-route';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { Visible } from '../code/Visible';
import { LoadState } from '../shell/LoadState';
import { Section } from '../shell/Page';
import { idOf, mayEdit, type SetupScope } from './setup-scope';
import { TemplateForm } from './TemplateForm';

/** The templates of a project or of one's own, and those of the service. */
export function TemplateList({ scope }: { scope: SetupScope }) {
  const projectId = idOf(scope);
  const list = useReading(useCallback(() => templatesApi.list(projectId), [projectId]));
  const [isAdding, setAdding] = useState(false);
  const of = (wanted: Template['scope']) => list.value?.filter((template) => template.scope === wanted);
  const own = of(projectId === null ? 'user' : 'project');
  const ofService = of('service');
  return (
    <>
      <LoadState of={list} />
      {own && (
        <Section
          title={projectId === null ? t('Your own') : t('Of this project')}
          text={projectId === null ? t('Only you see them.') : t('For the chats of this project.')}
          aside={
            mayEdit(scope) && (
              <button type="button" className="button" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
                {t('New template')}
              </button>
            )
          }
        >
          {isAdding && (
            <TemplateForm
              scope={scope}
              onDone={(made) => window.location.assign(setupHash('templates', projectId, made.id))}
              onCancel={() => setAdding(false)}
            />
          )}
          <Templates templates={own} scope={scope} />
        </Section>
      )}
      {ofService && (
        <Section title={t('Of the service')} text={t('For everybody. A copy of one can be changed.')}>
          <Templates templates={ofService} scope={scope} />
        </Section>
      )}
    </>
  );
}

function Templates({ templates, scope }: { templates: readonly Template[]; scope: SetupScope }) {
  if (templates.length === 0) return <p className="text-sm text-muted-foreground">{t('There is none yet.')}</p>;
  const projectId = idOf(scope);
  return (
    <ul className="divide-y rounded-xl border">
      {templates.map(({ id, name, description }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5 text-sm">
          <div className="min-w-0 flex-1 basis-48">
            <a
              href={setupHash('templates', projectId, id)}
              className="font-medium break-words underline-offset-2 hover:underline"
            >
              <bdi>
                <Visible text={name} />
              </bdi>
            </a>
            {description && (
              <p className="break-words text-muted-foreground">
                <bdi>
                  <Visible text={description} />
                </bdi>
              </p>
            )}
          </div>
          {mayEdit(scope) && (
            <a href={newChatHash(id, projectId)} className="button" aria-label={t('New chat from {{name}}', { name })}>
              {t('New chat')}
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}
