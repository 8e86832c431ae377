import { setTimeout as sleep } from 'node:timers/promises';
import type { ComponentLogger } from '../../common/logger';
import type { AgentPolicy } from '../../config/agent-policy';
import { withoutSettingsOf } from '../pool/confinement';
import type { AppServerPool, LeaseRequest, Tenant } from '../pool/pool';
import { PoolUnavailableError, ThreadMissingError } from '../pool/pool.errors';
import { mcpConfig, McpConnection } from './mcp-connection';
import type { ThreadOrigin } from '../pool/thread-spec';
import { AgentTool, toolSpec } from './agent-tool';
import { AgentThread, Lease, LeasedThread } from './agent-thread';
import { relativePath } from './agent-item';
import { AgentTurn, agentTurn } from './agent-turn';
import { agentErrorOf, answered, hasBrokenSettings, isTransient, isUnloadable } from './agent.errors';

const RETRY_MS = 1_000;
/** Openings of a thread that may come to nothing before it is given up. */
export const MAX_OPENINGS = 3;

export type { Tenant } from '../pool/pool';
export type { ThreadOrigin } from '../pool/thread-spec';

/** How a thread is opened. */
export interface ThreadRequest extends AgentPolicy {
  /** Null: a new thread. */
  readonly threadId: string | null;
  /** What a new thread goes on from, where codex can do that. */
  readonly from?: ThreadOrigin;
  /** Whom the turn is for. */
  readonly tenant: Tenant;
  /** Absolute path of the folder that the agent works in. */
  readonly workspace: string;
  readonly model: string;
  /** Tokens that the model takes, where that is other than codex's list of models says. */
  readonly contextWindow?: number;
  /** What the agent is given in every turn, above the user's messages. */
  readonly instructions: string | null;
  /** Of the commands that the agent runs, beside those of all of them. */
  readonly variables?: Readonly<Record<string, string>>;
  /** MCP servers whose tools it is offered. */
  readonly mcpServers?: readonly McpConnection[];
  /** Tools of this service that the model is offered, for a thread that is made; others keep what they were made with. */
  readonly tools?: readonly AgentTool[];
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called with the number of turns before this one, when it has to wait and when that has changed. Must not throw. */
  readonly onQueued: (position: number) => void;
}

/** A command that runs on. */
export interface AgentTerminal {
  /** Digits. */
  readonly id: string;
  /** As the agent asked for it. */
  readonly command: string;
  /** Relative to the workspace. */
  readonly cwd: string;
}

/** The agent: codex in a pool of processes, as a chat uses it. */
export abstract class AgentPool {
  /** False when the tenant needs a process of its own and there are as many as there may be. */
  abstract admits(tenant: Tenant): boolean;

  /**
   * Opens a thread for one turn; a new one, `isNew`, in place of one that codex cannot load any more. Waits for a slot
   * for as long as it takes.
   *
   * @throws the signal's reason, PoolUnavailableError when the pool stops, InstanceLostError; RequiredServersError when an MCP
   * server that is required cannot be started; AgentRefusedError and
   * AgentUnansweredError when several attempts have failed
   */
  abstract open(request: ThreadRequest): Promise<AgentThread>;

  /**
   * The newest turn of a thread that need not be open; null when codex has none.
   *
   * @throws PoolUnavailableError, InstanceLostError, AgentRefusedError, AgentUnansweredError
   */
  abstract lastTurn(threadId: string, tenant: Tenant): Promise<AgentTurn | null>;

  /** Ends the commands that the agent has left running when its turn was over. @throws as `lastTurn` */
  abstract endCommands(threadId: string, tenant: Tenant): Promise<void>;

  /** The commands that run on in a thread when their turns are over; none where it is not loaded. @throws as `lastTurn` */
  abstract terminals(threadId: string, tenant: Tenant, workspace: string): Promise<AgentTerminal[]>;

  /** Ends one of them. @returns whether there was one @throws as `lastTurn` */
  abstract endTerminal(threadId: string, terminalId: string, tenant: Tenant): Promise<boolean>;

  /** Takes a thread out of memory that no turn runs in. @returns whether it was there @throws as `lastTurn` */
  abstract unload(threadId: string, tenant: Tenant): Promise<boolean>;

  /** Deletes codex's copies of a chat's threads; resolves when there is none, too. @throws as `lastTurn` */
  abstract deleteThreads(threadIds: readonly string[], tenant: Tenant): Promise<void>;
}

/** What is used of the pool. */
export interface AppServers extends Pick<
  AppServerPool,
  'admits' | 'readLastTurn' | 'endCommands' | 'terminals' | 'endTerminal' | 'unload' | 'forget'
> {
  lease(request: LeaseRequest): Promise<Lease>;
}

/** The agent in the pool of app-servers. */
export class AppServerAgents extends AgentPool {
  constructor(
    private readonly pool: AppServers,
    private readonly logger: Pick<ComponentLogger, 'warn'>,
  ) {
    super();
  }

  admits(tenant: Tenant): boolean {
    return this.pool.admits(tenant);
  }

  async open(request: ThreadRequest): Promise<AgentThread> {
    const { threadId, tenant, signal, onQueued, workspace: cwd, model, instructions } = request;
    const config = configOf(request);
    const wanted = {
      // In the queue it keeps its place for as long as it takes: a new wait would begin behind those that came later.
      ...{ threadId, tenant, signal, onQueued, timeoutMs: null },
      ...(request.from && { from: request.from }),
      spec: {
        ...{ cwd, model, approvalPolicy: request.approvalPolicy, sandbox: request.sandboxMode },
        ...{ networkAccess: request.networkAccess, developerInstructions: instructions, config },
        ...(request.tools && { tools: request.tools.map(toolSpec) }),
      },
    };
    try {
      return new LeasedThread(await this.lease(wanted), cwd);
    } catch (error) {
      if (!hasBrokenSettings(error)) throw agentErrorOf(error);
      const spec = { ...wanted.spec, config: { ...config, ...withoutSettingsOf(cwd) } };
      const lease = await answered(this.lease({ ...wanted, spec }));
      return new LeasedThread(lease, cwd, { settingsFault: error.message });
    }
  }

  async lastTurn(threadId: string, tenant: Tenant): Promise<AgentTurn | null> {
    const turn = await answered(this.pool.readLastTurn(threadId, tenant));
    return turn && agentTurn(turn);
  }

  endCommands(threadId: string, tenant: Tenant): Promise<void> {
    return answered(this.pool.endCommands(threadId, tenant));
  }

  async terminals(threadId: string, tenant: Tenant, workspace: string): Promise<AgentTerminal[]> {
    const running = await answered(this.pool.terminals(threadId, tenant));
    return running.map(({ processId, command, cwd }) => ({
      ...{ id: processId, command, cwd: relativePath(workspace, cwd) },
    }));
  }

  endTerminal(threadId: string, terminalId: string, tenant: Tenant): Promise<boolean> {
    return answered(this.pool.endTerminal(threadId, terminalId, tenant));
  }

  unload(threadId: string, tenant: Tenant): Promise<boolean> {
    return answered(this.pool.unload(threadId, tenant));
  }

  deleteThreads(threadIds: readonly string[], tenant: Tenant): Promise<void> {
    return answered(this.pool.forget(threadIds, tenant));
  }

  /** No turn has begun by an opening that failed: it is tried again, without end while the pool has no room. */
  private async lease(request: LeaseRequest & { tenant: Tenant }): Promise<Lease> {
    const { chatId } = request.tenant;
    for (let failures = 0; ;) {
      try {
        return await this.leaseOnce(request);
      } catch (error) {
        const hasNoRoom = error instanceof PoolUnavailableError && error.reason !== 'stopping';
        if (!hasNoRoom && (!isTransient(error) || (failures += 1) === MAX_OPENINGS)) throw error;
        this.logger.warn({ err: error, chatId }, 'a turn waits on for its thread');
        await sleep(RETRY_MS, undefined, { signal: request.signal });
      }
    }
  }

  private async leaseOnce(request: LeaseRequest & { tenant: Tenant }): Promise<Lease> {
    try {
      return await this.pool.lease(request);
    } catch (error) {
      const isGone = error instanceof ThreadMissingError || isUnloadable(error);
      if (!isGone || hasBrokenSettings(error)) throw error;
      this.logger.warn(
        { err: error, chatId: request.tenant.chatId },
        'a chat goes on in a new thread, with its history',
      );
      // What it went on from lacks what the chat has since.
      return this.pool.lease({ ...request, threadId: null, from: undefined });
    }
  }
}

/** Settings of codex for one thread. A path is put into what the process has of it already. */
function configOf({ contextWindow, variables = {}, mcpServers = [] }: ThreadRequest) {
  const ofCommands = Object.entries(variables).map(([name, value]) => [`shell_environment_policy.set.${name}`, value]);
  return {
    ...(contextWindow !== undefined && { model_context_window: contextWindow }),
    ...(Object.fromEntries(ofCommands) as Record<string, string>),
    ...mcpConfig(mcpServers),
  };
}
