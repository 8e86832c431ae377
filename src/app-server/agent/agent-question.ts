import { invalid } from '../../common/domain.error';
import type { ServerRequest } from '../protocol/generated/ServerRequest';
import { relativePath } from './agent-item';
import { argvOf, SimpleCommands, simpleCommandsOf } from './shell-line';

export type AgentQuestionKind = 'command' | 'file_change' | 'permissions' | 'user_input' | 'elicitation' | 'tool_call';

/** A word, or an object with one key, as codex offers it. */
export type AgentDecision = string | Record<string, unknown>;

/** Answers to the questions of `request_user_input`, by the question's id. */
export type Answers = Readonly<Record<string, readonly string[]>>;

/** A request of codex that a person has to answer. */
export interface AgentQuestion {
  /** The same when codex sends it again, after the thread was resumed. */
  readonly id: string | number;
  readonly kind: AgentQuestionKind;
  /** Codex's id of the item that the question is about. */
  readonly itemId: string | null;
  /** What is asked, by kind. */
  readonly request: Record<string, unknown>;
  readonly decisions: readonly AgentDecision[];
  /** All that would run, where it is that and nothing more; else a rule cannot answer it. */
  readonly commands?: SimpleCommands;
  /** The response to codex for a decision. @throws DomainError `invalid_answers`. */
  responseTo(decision: AgentDecision, answers?: Answers): unknown;
}

const FILE_DECISIONS = ['accept', 'acceptForSession', 'decline', 'cancel'];

/**
 * A question as it may be asked where nothing may leave the sandbox; undefined when an answer could let something out.
 *
 * Codex refuses that by itself then, and asks only for commands that destroy (`rm -rf`), which run in the sandbox (quirk
 * `destructive-commands`).
 * A decision that is an object makes a rule by which commands run without one.
 */
export function confinedQuestion(question: AgentQuestion): AgentQuestion | undefined {
  if (question.kind === 'file_change' || question.kind === 'permissions') return undefined;
  return { ...question, decisions: question.decisions.filter((decision) => typeof decision === 'string') };
}

/** The question in a request; undefined for requests that no person answers. */
export function agentQuestion(request: ServerRequest, workspace: string): AgentQuestion | undefined {
  const question = questionIn(request, workspace);
  return question && { id: request.id, ...question };
}

type Question = Omit<AgentQuestion, 'id'>;

function questionIn(request: ServerRequest, workspace: string): Question | undefined {
  switch (request.method) {
    case 'item/commandExecution/requestApproval':
      return commandQuestion(request.params, workspace);
    case 'item/fileChange/requestApproval':
      return {
        ...{ kind: 'file_change', itemId: request.params.itemId, decisions: FILE_DECISIONS },
        request: { reason: request.params.reason ?? null, grantRoot: request.params.grantRoot ?? null },
        responseTo: (decision) => ({ decision }),
      };
    case 'item/permissions/requestApproval':
      return permissionsQuestion(request.params);
    case 'item/tool/requestUserInput':
      return {
        ...{ kind: 'user_input', itemId: request.params.itemId, decisions: ['answer', 'cancel'] },
        request: { questions: request.params.questions },
        responseTo: (decision, answers) => ({ answers: decision === 'answer' ? userInput(answers) : {} }),
      };
    case 'mcpServer/elicitation/request':
      return elicitation(request.params);
    default:
      return undefined;
  }
}

function commandQuestion(params: ParamsOf<'item/commandExecution/requestApproval'>, workspace: string): Question {
  const { command, cwd, reason, networkApprovalContext } = params;
  return {
    kind: 'command',
    itemId: params.itemId,
    request: {
      command: command ?? null,
      cwd: cwd ? relativePath(workspace, cwd) : null,
      reason: reason ?? null,
      ...(networkApprovalContext ? { network: networkApprovalContext } : {}),
    },
    decisions: withDecline(params.availableDecisions ?? FILE_DECISIONS),
    commands: commandsIn(params),
    // A rule is kept here, for one chat: codex's own holds for all that share its home (quirk `lasting-allowances`).
    responseTo: (decision) => ({ decision: typeof decision === 'string' ? decision : 'accept' }),
  };
}

/** Codex takes it for every command, and offers it for few (quirk `unoffered-decline`): the turn goes on with it. */
function withDecline(offered: readonly AgentDecision[]): readonly AgentDecision[] {
  if (offered.includes('decline')) return offered;
  const end = offered.indexOf('cancel');
  return end < 0 ? [...offered, 'decline'] : offered.toSpliced(end, 0, 'decline');
}

/** Undefined where more is asked for than that a command runs. */
function commandsIn(params: ParamsOf<'item/commandExecution/requestApproval'>): SimpleCommands | undefined {
  const { kind, command, networkApprovalContext, additionalPermissions } = params;
  const isOther = kind === 'humanCommand' || kind === 'writeStdin';
  if (isOther || networkApprovalContext || additionalPermissions) return undefined;
  const argv = command ? argvOf(command) : undefined;
  return argv && simpleCommandsOf(argv);
}

function permissionsQuestion(params: ParamsOf<'item/permissions/requestApproval'>): Question {
  const { network, fileSystem } = params.permissions;
  const asked = { ...(network ? { network } : {}), ...(fileSystem ? { fileSystem } : {}) };
  return {
    kind: 'permissions',
    itemId: params.itemId,
    request: { reason: params.reason, permissions: asked },
    decisions: ['accept', 'acceptForSession', 'decline'],
    responseTo: (decision) => ({
      permissions: decision === 'decline' ? {} : asked,
      scope: decision === 'acceptForSession' ? 'session' : 'turn',
    }),
  };
}

function elicitation(params: ParamsOf<'mcpServer/elicitation/request'>): Question {
  const { serverName, mode } = params;
  const message = 'message' in params ? params.message : params.description;
  const schema = 'requestedSchema' in params ? params.requestedSchema : null;
  return {
    kind: 'elicitation',
    itemId: null,
    request: { server: serverName, mode, message, schema, url: 'url' in params ? params.url : null, ...toolIn(params) },
    decisions: ['accept', 'decline', 'cancel'],
    responseTo: (action, content) => ({ action, content: content ?? null, _meta: null }),
  };
}

/** The call that a person is asked about, where it is that: codex says so beside the question (quirk `mcp-approvals`). */
function toolIn({ _meta: meta }: ParamsOf<'mcpServer/elicitation/request'>) {
  const facts = typeof meta === 'object' && meta !== null && !Array.isArray(meta) ? meta : {};
  if (facts.codex_approval_kind !== 'mcp_tool_call') return { tool: null, arguments: null };
  return { tool: typeof facts.tool_name === 'string' ? facts.tool_name : null, arguments: facts.tool_params ?? null };
}

function userInput(answers: Answers = {}): Record<string, { answers: readonly string[] }> {
  const areTexts = (given: unknown) => Array.isArray(given) && given.every((text) => typeof text === 'string');
  if (!Object.values(answers).every(areTexts)) {
    throw invalid('invalid_answers', 'answers must be an object of lists of texts, by the id of each question.');
  }
  return Object.fromEntries(Object.entries(answers).map(([id, given]) => [id, { answers: given }]));
}

type ParamsOf<M extends ServerRequest['method']> = Extract<ServerRequest, { method: M }>['params'];
