import { useState } from 'react';
import { templatesApi } from '../../api/templates-api';
import type { Template } from '../../api/types';
import { t } from '../../languages/text';
import { useEditedVersion } from '../../session/use-edited-version';
import { useSubmit } from '../../session/use-submit';
import { EditForm } from '../shell/EditForm';
import { AreaField, TextField } from '../shell/Fields';
import { idOf, type SetupScope } from './setup-scope';
import { StarterFields } from './StarterFields';
import { TemplateAgentFields } from './TemplateAgentFields';
import { TemplateToolFields } from './TemplateToolFields';
import { templateContentOf } from './template-form-content';

interface TemplateFormProps {
  scope: SetupScope;
  /** What it begins with. */
  template?: Template;
  /** Whether that one is changed; otherwise a new one is made. */
  isChange?: boolean;
  onDone: (template: Template) => void;
  onCancel: () => void;
}

/** Makes a template, or the next version of one. */
export function TemplateForm({ scope, template, isChange = false, onDone, onCancel }: TemplateFormProps) {
  const submission = useSubmit();
  const edited = useEditedVersion(template?.version);
  const [starters, setStarters] = useState(template?.starters.length ?? 0);
  const send = (form: FormData) => {
    const content = templateContentOf(form);
    submission.submit(
      () =>
        isChange && template
          ? edited.change((version) => templatesApi.replace(template.id, { ...content, version }))
          : templatesApi.create(idOf(scope), content),
      onDone,
    );
  };
  const title = isChange && template ? t('Change {{name}}', { name: template.name }) : t('New template');
  return (
    <EditForm
      title={title}
      submission={submission}
      submitLabel={!isChange ? t('Make the template') : edited.isOverwriting ? t('Save over it') : t('Save')}
      onSubmit={send}
      onCancel={onCancel}
    >
      <TextField
        label={t('Name')}
        name="name"
        required
        autoFocus
        maxLength={200}
        defaultValue={template?.name}
        dir="auto"
      />
      <TextField
        label={t('What it is for')}
        name="description"
        maxLength={1_000}
        defaultValue={template?.description}
        dir="auto"
      />
      <AreaField
        label={t('Instructions')}
        name="instructions"
        required
        rows={8}
        maxLength={32_768}
        defaultValue={template?.instructions}
        hint={t('What the agent is told in each turn.')}
      />
      <TemplateAgentFields template={template} backends={scope.backends} />
      <TemplateToolFields template={template} projectId={idOf(scope)} />
      <StarterFields starters={template?.starters ?? []} count={starters} onCount={setStarters} />
    </EditForm>
  );
}
