import type { Backend, Chat, ChatChanges, NewChat } from '../api/types';
import { currentLocale } from '../languages/locale';
import { t, type Words, words } from '../languages/text';
import { type AgentLimits, approvalChoices, chosenOf, sandboxChoices } from './agent-choices';

/** What a person has chosen for their chats; what is left out is as the template or the operator says. */
export interface AgentSettings {
  template?: string;
  backend?: string;
  model?: string;
  /** Goes with each message: a chat keeps none. */
  effort?: string;
  sandboxMode?: Chat['sandboxMode'];
  approvalPolicy?: Chat['approvalPolicy'];
  networkAccess?: boolean;
}

const EFFORTS = ['low', 'medium', 'high'];

const EFFORT_NAMES: Readonly<Record<string, Words>> = {
  ...{ none: words('none'), minimal: words('minimal'), low: words('low'), medium: words('medium') },
  ...{ high: words('high'), xhigh: words('very high') },
};

/** In the language of the page; one that this page does not know is shown by its own name. */
export function effortName(effort: string): string {
  const name = EFFORT_NAMES[effort];
  return name ? t(name) : effort;
}

/** What a model may be told of its effort; none: it has no such thing. Where nobody knows, what most of them take. */
export function effortsOf(backend: Backend | undefined, model: string | null | undefined): readonly string[] {
  const spec = backend?.models.find(({ name }) => name === (model ?? backend.model));
  return spec?.efforts ?? EFFORTS;
}

/** The effort for the messages of a chat: only one that its model has. */
export const effortFor = (
  { effort }: AgentSettings,
  backend: Backend | undefined,
  model: string | null | undefined,
): string | undefined => (effort !== undefined && effortsOf(backend, model).includes(effort) ? effort : undefined);

/** A chat as it was chosen, of what there still is. */
export function newChatOf(settings: AgentSettings, backends: readonly Backend[], projectId: string | null): NewChat {
  const { template, sandboxMode, approvalPolicy, networkAccess } = settings;
  const backend = backends.find(({ id, ready }) => id === settings.backend && ready);
  const isNamed = (name: string): boolean =>
    backend !== undefined && (backend.models.length < 2 || backend.models.some((model) => model.name === name));
  const model = settings.model !== undefined && isNamed(settings.model) ? settings.model : undefined;
  return withoutGaps({
    ...{ projectId: projectId ?? undefined, template, backend: backend?.id, model },
    ...{ sandboxMode, approvalPolicy, networkAccess },
  });
}

/** Those of a chat that is there; the effort is the person's. */
export const settingsOfChat = (chat: Chat, { effort }: AgentSettings): AgentSettings => ({
  ...{ backend: chat.backend, model: chat.model ?? undefined, effort },
  ...{ sandboxMode: chat.sandboxMode, approvalPolicy: chat.approvalPolicy, networkAccess: chat.networkAccess },
});

/** What is to be changed of a chat that is there. No model of its own is a choice, too. */
export const changesOfChat = (changes: AgentSettings): ChatChanges => {
  const { model, sandboxMode, approvalPolicy, networkAccess } = changes;
  const chosen = 'model' in changes ? { model: model ?? null } : {};
  return { ...chosen, ...withoutGaps({ sandboxMode, approvalPolicy, networkAccess }) };
};

/** Behind a comma; where nouns are written large, they stay so. */
const inSentence = (words: string): string => words.charAt(0).toLocaleLowerCase(currentLocale()) + words.slice(1);

/** In a few words, for a button. */
export function summaryOf(
  { sandboxMode, approvalPolicy, networkAccess }: AgentSettings,
  limits: AgentLimits | null,
): string {
  const sandbox = chosenOf(sandboxChoices(limits, sandboxMode), sandboxMode);
  const approval = chosenOf(approvalChoices(limits, approvalPolicy), approvalPolicy);
  const words = [
    sandbox?.name,
    approval && inSentence(approval.name),
    networkAccess && sandboxMode !== 'danger-full-access' && t('network'),
  ];
  return words.filter(Boolean).join(t(', ')) || t('As usual');
}

const TEXTS = ['template', 'backend', 'model', 'effort'] as const;

/** Storage may hold what another version of this page wrote. */
export function settingsFrom(stored: unknown): AgentSettings {
  if (typeof stored !== 'object' || stored === null) return {};
  const given = stored as Record<string, unknown>;
  const texts = TEXTS.flatMap((name) => (typeof given[name] === 'string' ? [[name, given[name]]] : []));
  const { sandboxMode, approvalPolicy, networkAccess } = given;
  return withoutGaps({
    ...(Object.fromEntries(texts) as AgentSettings),
    sandboxMode: chosenOf(sandboxChoices(null), sandboxMode)?.id,
    approvalPolicy: chosenOf(approvalChoices(null), approvalPolicy)?.id,
    networkAccess: typeof networkAccess === 'boolean' ? networkAccess : undefined,
  });
}

function withoutGaps<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
