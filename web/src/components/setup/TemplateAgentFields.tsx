import { useState } from 'react';
import type { Backend, Template } from '../../api/types';
import { t } from '../../languages/text';
import { approvalChoices, sandboxChoices } from '../../session/agent-choices';
import { effortName } from '../../session/agent-settings';
import { ChoiceField, TextField } from '../shell/Fields';

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

interface TemplateAgentFieldsProps {
  template?: Template;
  backends: readonly Backend[];
}

/** Which model new chats have, what it may touch, and how much one turn may use. */
export function TemplateAgentFields({ template, backends }: TemplateAgentFieldsProps) {
  const [chosen, setChosen] = useState(template?.backend ?? '');
  const usual = ['', t('As usual')] as const;
  const models = backends.find(({ id }) => id === chosen)?.models ?? [];
  const known = backends.map(({ id, displayName }) => [id, displayName] as const);
  const isKnown = chosen === '' || known.some(([id]) => id === chosen);
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-3">
        <ChoiceField
          label={t('Backend')}
          name="backend"
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
          options={[usual, ...known, ...(isKnown ? [] : [[chosen, chosen] as const])]}
        />
        {models.length > 1 ? (
          <ChoiceField
            key={chosen}
            label={t('Model')}
            name="model"
            defaultValue={template?.model ?? ''}
            options={[usual, ...models.map(({ name, displayName }) => [name, displayName] as const)]}
          />
        ) : (
          <TextField
            label={t('Model')}
            name="model"
            spellCheck={false}
            maxLength={200}
            defaultValue={template?.model}
          />
        )}
        <ChoiceField
          label={t('Effort')}
          name="effort"
          defaultValue={template?.effort ?? ''}
          options={[usual, ...EFFORTS.map((effort) => [effort, effortName(effort)] as const)]}
        />
        <ChoiceField
          label={t('What it may touch')}
          name="sandboxMode"
          defaultValue={template?.sandboxMode ?? ''}
          options={[usual, ...sandboxChoices(null).map(({ id, name }) => [id, name] as const)]}
        />
        <ChoiceField
          label={t('When it asks')}
          name="approvalPolicy"
          defaultValue={template?.approvalPolicy ?? ''}
          options={[usual, ...approvalChoices(null).map(({ id, name }) => [id, name] as const)]}
        />
        <ChoiceField
          label={t('Network')}
          name="networkAccess"
          defaultValue={template?.networkAccess === undefined ? '' : template.networkAccess ? 'yes' : 'no'}
          options={[usual, ['yes', t('Yes')], ['no', t('No')]]}
        />
      </div>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-4">
        <NumberField
          label={t('Temperature')}
          name="temperature"
          min={0}
          max={2}
          step="any"
          value={template?.temperature}
        />
        <NumberField
          label={t('Tokens of an answer')}
          name="maxOutputTokens"
          min={16}
          value={template?.maxOutputTokens}
        />
        <NumberField label={t('Model calls a turn')} name="maxModelCalls" min={1} value={template?.maxModelCalls} />
        <NumberField label={t('Seconds a turn')} name="maxSeconds" min={1} value={template?.maxSeconds} />
      </div>
    </>
  );
}

interface NumberFieldProps {
  label: string;
  name: string;
  min: number;
  max?: number;
  step?: string;
  value: number | undefined;
}

const NumberField = ({ value, ...field }: NumberFieldProps) => (
  <TextField type="number" inputMode="decimal" placeholder={t('As usual')} defaultValue={value} {...field} />
);
