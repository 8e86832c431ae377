import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useAccount } from '../../session/account';
import { type AgentChoice, approvalChoices, chosenOf, sandboxChoices } from '../../session/agent-choices';
import { effortName, effortsOf } from '../../session/agent-settings';
import { FIELD } from '../shell/Page';
import type { AgentSettingsProps } from './agent-settings-props';
import { ToolFields } from './ToolFields';
import { t } from '../../languages/text';

/** What may be chosen, and what that means which is. */
const described = <T extends string>(choices: readonly AgentChoice<T>[], chosen: T | undefined) => ({
  options: choices.map(({ id, name }): [string, string] => [id, name]),
  means: chosenOf(choices, chosen)?.means ?? t('As the template or the operator of the service says.'),
});

/** Each field says what its choice means. A change holds at once: for the next turn, or for new chats. */
export default function AgentSettingsDialog(props: AgentSettingsProps & { onClose: () => void }) {
  const { settings, isOfChat, templates = [], onChange, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const template = templates.find(({ id }) => id === settings.template);
  const usual = isOfChat ? null : t('As usual');
  const account = useAccount();
  const { sandboxMode: sandbox, approvalPolicy: approval } = settings;
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="agent-settings-title"
      className="m-auto max-h-[calc(100dvh-2rem)] w-[min(30rem,calc(100vw-1.5rem))] overflow-y-auto rounded-2xl border bg-background p-5 text-foreground shadow-xl backdrop:bg-black/40"
    >
      <h2 id="agent-settings-title" className="font-semibold">
        {t('How the agent works')}
      </h2>
      <p className="mt-1 text-sm text-muted-foreground">
        {isOfChat ? t('In this chat, from its next turn on.') : t('In new chats of yours, in this browser.')}
      </p>
      <div className="mt-4 grid gap-4">
        {templates.length > 0 && (
          <Choice
            label={t('Template')}
            value={template?.id}
            usual={t('The usual one')}
            options={templates.map(({ id, name }) => [id, name])}
            means={template?.description ?? t('What the agent is told before the first message.')}
            onChange={(id) => onChange({ template: id })}
          />
        )}
        {/* The built-in demo model is only one, and thinks of nothing. */}
        {props.backend?.type !== 'demo' && (
          <>
            <ModelField {...props} />
            <EffortField {...props} />
          </>
        )}
        <Choice
          label={t('What it may touch')}
          value={sandbox}
          usual={usual}
          {...described(sandboxChoices(account, sandbox), sandbox)}
          isRisky={sandbox === 'danger-full-access'}
          onChange={(mode) => onChange({ sandboxMode: mode as typeof sandbox })}
        />
        <Choice
          label={t('When it asks')}
          value={approval}
          usual={usual}
          {...described(approvalChoices(account, approval), approval)}
          onChange={(policy) => onChange({ approvalPolicy: policy as typeof approval })}
        />
        <label className="flex items-start gap-2 text-sm">
          <input
            type="checkbox"
            className="mt-1 accent-primary"
            checked={settings.networkAccess ?? false}
            onChange={(event) => onChange({ networkAccess: event.target.checked })}
          />
          <span>
            <span className="font-medium">{t('Network')}</span>
            <span className="block text-muted-foreground">
              {sandbox === 'read-only'
                ? t('Commands that only look have none.')
                : t('Commands in the sandbox reach the network, this machine included.')}
            </span>
          </span>
        </label>
        {props.tools && <ToolFields {...props.tools} />}
      </div>
      <form method="dialog" className="mt-5 flex justify-end gap-2">
        {!isOfChat && (
          <button type="button" className="button" onClick={() => onChange(NOTHING)}>
            {t('All as usual')}
          </button>
        )}
        <button className="button button-primary">{t('Done')}</button>
      </form>
    </dialog>
  );
}

const NOTHING = {
  ...{ template: undefined, backend: undefined, model: undefined, effort: undefined },
  ...{ sandboxMode: undefined, approvalPolicy: undefined, networkAccess: undefined },
};

/** One of the backend's, or, where it names no others, any that it may know. */
function ModelField({ settings: { model }, backend, onChange }: AgentSettingsProps) {
  const id = useId();
  if (!backend) return null;
  if (backend.models.length > 1) {
    return (
      <Choice
        label={t('Model')}
        value={model}
        usual={t("The backend's own ({{model}})", { model: backend.model })}
        options={backend.models.map(({ name, displayName }) => [name, displayName])}
        means={t('Answers, of {{backend}}.', { backend: backend.displayName })}
        onChange={(name) => onChange({ model: name })}
      />
    );
  }
  return (
    <div>
      <label htmlFor={id} className="text-sm font-medium">
        {t('Model')}
      </label>
      <input
        id={id}
        key={backend.id}
        dir="ltr"
        className={FIELD}
        defaultValue={model ?? ''}
        placeholder={backend.model}
        maxLength={200}
        autoComplete="off"
        onBlur={(event) => onChange({ model: event.target.value.trim() || undefined })}
      />
      <p className="mt-1 text-sm text-muted-foreground">
        {t('Any that {{backend}} has; empty: its own.', { backend: backend.displayName })}
      </p>
    </div>
  );
}

function EffortField({ settings: { model, effort }, backend, onChange }: AgentSettingsProps) {
  const efforts = effortsOf(backend, model);
  if (efforts.length === 0) return null;
  return (
    <Choice
      label={t('Effort')}
      value={effort !== undefined && efforts.includes(effort) ? effort : undefined}
      usual={t("The model's own")}
      options={efforts.map((one) => [one, effortName(one)])}
      means={t(
        'How long it thinks before it answers: more is slower and costs more. It holds for your messages in every chat.',
      )}
      onChange={(next) => onChange({ effort: next })}
    />
  );
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  /** What stands for nothing chosen; null: something is. */
  usual: string | null;
  options: readonly (readonly [value: string, name: string])[];
  /** What the choice means, in words. */
  means: ReactNode;
  isRisky?: boolean;
  onChange: (value: string | undefined) => void;
}

function Choice({ label, value, usual, options, means, isRisky = false, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <select
        id={id}
        aria-describedby={`${id}-means`}
        className={FIELD}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
      >
        {usual !== null && <option value="">{usual}</option>}
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
      <p id={`${id}-means`} className={`mt-1 text-sm ${isRisky ? 'text-danger' : 'text-muted-foreground'}`}>
        {means}
      </p>
    </div>
  );
}
