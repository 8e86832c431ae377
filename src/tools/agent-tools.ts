import type { AgentTool, AgentToolCall, ToolOutput } from '../app-server/agent/agent-tool';
import type { ComponentLogger } from '../common/logger';
import type { ToolsConfig } from '../config/tools.config';
import { boundedOutput } from './bounded-output';
import { refused, ToolApproval, ToolContext, ToolRefusal } from './tool';
import { toolCalls, toolCallSeconds, type ToolResult } from './tool-metrics';
import { CheckedTool, ToolSet, ToolSource } from './tool-set';

/** What a model asks for, looked at. */
export interface CheckedCall {
  /** When a person is asked before it; undefined where it comes to nothing anyway. */
  readonly approval: ToolApproval | undefined;
  /** Does it. Never throws: whatever goes wrong is an answer. */
  readonly call: (context: ToolContext) => Promise<ToolOutput>;
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
    const wanted = this.namesFor();
    for (const source of this.sources) {
      const loaded = await source.load().catch((error: unknown) => {
        return { tools: [], problems: [`tools could not be read: ${(error as Error).message}`] };
      });
      set.add(loaded, source.kind);
    }
    const unknown = wanted.filter((name) => set.get(name) === undefined);
    set.problems.push(...unknown.map((name) => `AGENT_TOOLS names "${name}", and there is no such tool here`));
    for (const problem of set.problems) this.logger.warn(problem);
    if (wanted.length > 0) this.logger.info({ tools: wanted }, 'new chats are offered tools');
    this.set = set;
  }

  /** Ends what the sources of tools hold. */
  async close(): Promise<void> {
    for (const source of this.sources) await source.close?.();
  }

  /** What an operator should know, in sentences. */
  get problems(): readonly string[] {
    return this.set.problems;
  }

  /** Names of the tools of a chat: the operator's for all, and those that its template adds. */
  namesFor(ofTemplate: readonly string[] = []): readonly string[] {
    return [...new Set([...this.config.agentTools, ...ofTemplate])];
  }

  /** What a new thread is made with. */
  offered(names: readonly string[]): AgentTool[] {
    return names.flatMap((name) => this.set.get(name)?.tool ?? []);
  }

  /** Looks at what a model asks for, once. @param names of the chat's tools */
  checked({ tool: name, arguments: input }: AgentToolCall, names: readonly string[]): CheckedCall {
    const found = this.find(name, names);
    const fault = found?.schema.faultOf(input);
    if (found !== undefined && fault === undefined) {
      const call = (context: ToolContext) => this.made(found, input as Record<string, unknown>, context);
      return { approval: found.tool.approval, call };
    }
    const words = found === undefined ? this.noSuchTool(name, names) : `The input of ${name} is wrong:\n${fault}`;
    const call = (): Promise<ToolOutput> => {
      toolCalls.inc({ kind: found?.kind ?? 'unknown', result: 'invalid' });
      return Promise.resolve(refused(words));
    };
    return { approval: undefined, call };
  }

  /** Counts one that nobody allowed. */
  countDeclined({ tool }: AgentToolCall, names: readonly string[]): void {
    toolCalls.inc({ kind: this.find(tool, names)?.kind ?? 'unknown', result: 'declined' });
  }

  private async made(
    found: CheckedTool,
    input: Readonly<Record<string, unknown>>,
    context: ToolContext,
  ): Promise<ToolOutput> {
    const stopTimer = toolCallSeconds.startTimer({ kind: found.kind });
    const { output, result } = await this.outcomeOf(found, input, context);
    toolCalls.inc({ kind: found.kind, result });
    stopTimer();
    return output;
  }

  private async outcomeOf(
    { tool }: CheckedTool,
    input: Readonly<Record<string, unknown>>,
    context: ToolContext,
  ): Promise<{ output: ToolOutput; result: ToolResult }> {
    const { name, timeoutMs } = tool;
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([context.signal, late]);
    try {
      const output = boundedOutput(await tool.call(input, { ...context, signal }));
      return { output, result: output.success ? 'answered' : 'refused' };
    } catch (error) {
      const as = (result: ToolResult, words: string) => ({ output: refused(words), result });
      if (context.signal.aborted) return as('stopped', `${name} was stopped with its turn.`);
      if (late.aborted) return as('timeout', `${name} took longer than ${timeoutMs / 1000} s, and was stopped.`);
      if (error instanceof ToolRefusal) return as('refused', error.message);
      this.logger.error({ err: error, tool: name, chatId: context.chatId }, 'a tool failed');
      return as('failed', `${name} failed by a fault of its own; the operator's log has more.`);
    }
  }

  /** One that is not offered any more is none. */
  private find(name: string, names: readonly string[]): CheckedTool | undefined {
    return names.includes(name) ? this.set.get(name) : undefined;
  }

  private noSuchTool(name: string, names: readonly string[]): string {
    const there = this.offered(names).map((tool) => tool.name);
    return `There is no tool "${name}" in this chat. There is: ${there.join(', ') || 'none'}.`;
  }
}
