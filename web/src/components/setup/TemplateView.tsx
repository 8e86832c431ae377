import { useCallback, useEffect, useState } from 'react';
import { templatesApi } from '../../api/templates-api';
import type { Template } from '../../api/types';
import { newChatHash, setupHash } from '../../browser/hash-route';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { useSubmit } from '../../session/use-submit';
import { Visible } from '../code/Visible';
import { ConfirmButton } from '../shell/ConfirmButton';
import { LoadState } from '../shell/LoadState';
import { Fault, Section } from '../shell/Page';
import { Markdown } from '../thread/Markdown';
import { idOf, mayEdit, type SetupScope } from './setup-scope';
import { TemplateFacts } from './TemplateFacts';
import { TemplateForm } from './TemplateForm';

/** One template: all that it says, and what can be done with it. */
export function TemplateView({ id, scope }: { id: string; scope: SetupScope }) {
  const loaded = useReading(useCallback(() => templatesApi.get(id), [id]));
  const [form, setForm] = useState<'change' | 'copy' | null>(null);
  const template = loaded.value;
  const elsewhere = template?.projectId ?? null;
  useEffect(() => {
    // What one may do with a project's is known by the project.
    if (scope.project === null && elsewhere !== null) window.location.replace(setupHash('templates', elsewhere, id));
  }, [scope.project, elsewhere, id]);
  const saved = (next: Template) => {
    setForm(null);
    if (form === 'copy') window.location.assign(setupHash('templates', idOf(scope), next.id));
    else loaded.set(next);
  };
  return (
    <>
      <LoadState of={loaded} />
      {template && form !== null && (
        <TemplateForm
          scope={scope}
          template={form === 'copy' ? { ...template, name: t('Copy of {{name}}', { name: template.name }) } : template}
          isChange={form === 'change'}
          onDone={saved}
          onCancel={() => setForm(null)}
        />
      )}
      {template && form === null && <Shown template={template} scope={scope} onForm={setForm} />}
    </>
  );
}

interface ShownProps {
  template: Template;
  scope: SetupScope;
  onForm: (form: 'change' | 'copy') => void;
}

function Shown({ template, scope, onForm }: ShownProps) {
  const { name, description, instructions, starters, version } = template;
  return (
    <Section
      title={name}
      text={description && <Visible text={description} />}
      aside={
        version !== null && (
          <span className="text-sm text-muted-foreground">{t('Version {{version}}', { version })}</span>
        )
      }
    >
      <Actions template={template} scope={scope} onForm={onForm} />
      <TemplateFacts template={template} scope={scope} />
      {starters.length > 0 && (
        <>
          <h3 className="font-medium">{t('First messages that people are offered')}</h3>
          <ul className="divide-y rounded-xl border text-sm">
            {starters.map(({ title, prompt }) => (
              <li key={`${title} ${prompt}`} className="px-3 py-2 break-words" dir="auto">
                <span className="font-medium">
                  <Visible text={title} />
                </span>
                <span className="block text-muted-foreground">
                  <Visible text={prompt} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {/* Last, since they have headings of their own, of any level. */}
      <h3 className="font-medium">{t('Instructions')}</h3>
      <div className="min-w-0 rounded-xl border p-3 text-sm">
        <Markdown text={instructions} isStreaming={false} />
      </div>
    </Section>
  );
}

/** What a template of the service says stays; a copy of it is one's own. */
function Actions({ template, scope, onForm }: ShownProps) {
  const { error, submit } = useSubmit();
  if (!mayEdit(scope)) return null;
  const { id, name, version } = template;
  const remove = () =>
    submit(
      () => templatesApi.remove(id),
      () => window.location.assign(setupHash('templates', idOf(scope))),
    );
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <a href={newChatHash(id, template.projectId ?? idOf(scope))} className="button button-primary">
          {t('New chat')}
        </a>
        {version !== null && (
          <button type="button" className="button" onClick={() => onForm('change')}>
            {t('Change')}
          </button>
        )}
        <button type="button" className="button" onClick={() => onForm('copy')}>
          {t('Copy')}
        </button>
        {version !== null && (
          <ConfirmButton
            text={t('Remove')}
            title={t('Remove {{name}}?', { name })}
            consequence={t('Chats that were made from it keep what it says.')}
            confirmLabel={t('Remove')}
            onConfirm={remove}
          />
        )}
      </div>
      <Fault text={error} />
    </>
  );
}
