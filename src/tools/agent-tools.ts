import type { AgentTool, AgentToolCall, ToolOutput } from '../app-server/agent/agent-tool';
import type { ComponentLogger } from '../common/logger';
import type { ToolsConfig } from '../config/tools.config';
import { boundedOutput } from './bounded-output';
import { refused, ToolApproval, ToolContext, ToolRefusal } from './tool';
import { CheckedTool, ToolSet, ToolSource } from './tool-set';

/** Whom tools are offered. */
export interface ToolUser {
  readonly id: string;
  readonly userId: string;
}

/** Tools of this service that codex calls for its models: which there are, who is offered which, and what a call comes to. */
export class AgentTools {
  private set = new ToolSet();

  constructor(
    private readonly config: Pick<ToolsConfig, 'agentTools'>,
    private readonly sources: readonly ToolSource[],
    private readonly logger: ComponentLogger,
  ) {}

  /** Reads what there is; a tool that cannot be used is told of, and left out. Never throws. */
  async load(): Promise<void> {
    const set = new ToolSet();
    const wanted = new Set(this.config.agentTools);
    for (const source of this.sources) {
      const loaded = await source.load(wanted).catch((error: unknown) => {
        return { tools: [], problems: [`tools could not be read: ${(error as Error).message}`] };
      });
      set.add(loaded);
    }
    const unknown = [...wanted].filter((name) => set.get(name) === undefined);
    set.problems.push(...unknown.map((name) => `AGENT_TOOLS names "${name}", and there is no such tool here`));
    for (const problem of set.problems) this.logger.warn(problem);
    if (wanted.size > 0) this.logger.info({ tools: this.config.agentTools }, 'new chats are offered tools');
    this.set = set;
  }

  /** What an operator should know, in sentences. */
  get problems(): readonly string[] {
    return this.set.problems;
  }

  /** Names of all that there are. */
  get names(): readonly string[] {
    return this.set.names;
  }

  /** The tools that a new thread of the chat is made with. */
  offeredTo(chat: ToolUser): AgentTool[] {
    return this.namesFor(chat).flatMap((name) => this.set.get(name)?.tool ?? []);
  }

  /** When a person is asked before this call; undefined for one that comes to nothing anyway. */
  approvalOf({ tool, arguments: input }: AgentToolCall, chat: ToolUser): ToolApproval | undefined {
    const found = this.find(tool, chat);
    return found?.schema.faultOf(input) === undefined ? found?.tool.approval : undefined;
  }

  /** Does what a model asks for. Never throws: whatever goes wrong is an answer. */
  async call(
    { tool: name, arguments: input }: AgentToolCall,
    chat: ToolUser,
    context: ToolContext,
  ): Promise<ToolOutput> {
    const found = this.find(name, chat);
    if (found === undefined) return refused(this.noSuchTool(name, chat));
    const fault = found.schema.faultOf(input);
    if (fault !== undefined) return refused(`The input of ${name} is wrong:\n${fault}`);
    const late = AbortSignal.timeout(found.tool.timeoutMs);
    const signal = AbortSignal.any([context.signal, late]);
    try {
      return boundedOutput(await found.tool.call(input as Record<string, unknown>, { ...context, signal }));
    } catch (error) {
      if (context.signal.aborted) return refused(`${name} was stopped with its turn.`);
      if (late.aborted)
        return refused(`${name} was stopped after ${found.tool.timeoutMs / 1000} s, because it took too long.`);
      if (error instanceof ToolRefusal) return refused(error.message);
      this.logger.error({ err: error, tool: name, chatId: chat.id }, 'a tool failed');
      return refused(`${name} failed by a fault of its own; the operator's log has more.`);
    }
  }

  /** One that is not offered any more is none. */
  private find(name: string, chat: ToolUser): CheckedTool | undefined {
    return this.namesFor(chat).includes(name) ? this.set.get(name) : undefined;
  }

  private noSuchTool(name: string, chat: ToolUser): string {
    const names = this.offeredTo(chat).map((tool) => tool.name);
    return `There is no tool "${name}" in this chat. There is: ${names.join(', ') || 'none'}.`;
  }

  /** The one place that says which tools a chat has. */
  private namesFor(_chat: ToolUser): readonly string[] {
    return this.config.agentTools;
  }
}
