import type { Account, Chat } from '../api/types';
import { t, type Words, words } from '../languages/text';

/** What the operator allows any agent. */
export type AgentLimits = Pick<Account, 'sandboxModeMax'>;

/** Something that a chat's agent may be, in the words of the page. */
export interface AgentChoice<T extends string> {
  readonly id: T;
  readonly name: string;
  readonly means: string;
}

type Texts = readonly [name: Words, means: Words];

const SANDBOXES: Readonly<Record<Chat['sandboxMode'], Texts>> = {
  'read-only': [words('Only look'), words('Commands read files; they change nothing and reach no network.')],
  'workspace-write': [
    words('Work in its folder'),
    words('Commands write in the folder of the chat, and nowhere else.'),
  ],
  'danger-full-access': [words('Everything'), words('No sandbox: commands do whatever the service itself may do.')],
};
/** From the one that allows least. */
const MODES = ['read-only', 'workspace-write', 'danger-full-access'] as const;

const APPROVALS: Readonly<Record<Chat['approvalPolicy'], Texts>> = {
  untrusted: [words('Ask before most commands'), words('Only commands that are known to read run without a question.')],
  'on-request': [
    words('Ask to leave the sandbox'),
    words('Commands run in the sandbox; the agent asks when one needs more.'),
  ],
  never: [words('Never ask'), words('What the sandbox refuses, fails.')],
};
const POLICIES = ['untrusted', 'on-request', 'never'] as const;

/** `on-request` where nothing leaves its sandbox, whoever would approve of it. */
const CONFINED: Texts = [
  words('Stay in the sandbox'),
  words('The agent may ask for other things; nothing leaves the sandbox here, whoever would allow it.'),
];

const choice = <T extends string>(id: T, [name, means]: Texts): AgentChoice<T> => ({
  id,
  name: t(name),
  means: t(means),
});

const mostOf = (limits: AgentLimits | null): Chat['sandboxMode'] => limits?.sandboxModeMax ?? 'danger-full-access';

/** The sandboxes that a chat may have here. @param chosen stands among them in any case @param limits null: not known yet */
export function sandboxChoices(
  limits: AgentLimits | null,
  chosen?: Chat['sandboxMode'],
): AgentChoice<Chat['sandboxMode']>[] {
  const most = MODES.indexOf(mostOf(limits));
  return MODES.filter((mode, index) => mode === chosen || index <= most).map((mode) => choice(mode, SANDBOXES[mode]));
}

/** When its agent may ask, in the same way. Where nothing leaves the sandbox, `untrusted` is the same as `on-request`. */
export function approvalChoices(
  limits: AgentLimits | null,
  chosen?: Chat['approvalPolicy'],
): AgentChoice<Chat['approvalPolicy']>[] {
  const isConfined = mostOf(limits) !== 'danger-full-access';
  return POLICIES.filter((policy) => policy === chosen || policy !== 'untrusted' || !isConfined).map((policy) =>
    choice(policy, isConfined && policy !== 'never' ? CONFINED : APPROVALS[policy]),
  );
}

/** The one that was chosen; undefined: none, or one that there is not. */
export const chosenOf = <T extends string>(
  choices: readonly AgentChoice<T>[],
  id: unknown,
): AgentChoice<T> | undefined => choices.find((each) => each.id === id);
