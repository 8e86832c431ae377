import type { AgentEvent } from '../../app-server/agent/agent-event';
import type { AgentQuestion } from '../../app-server/agent/agent-question';
import type { AgentThread } from '../../app-server/agent/agent-thread';
import type { AgentToolCall, ToolOutput } from '../../app-server/agent/agent-tool';
import type { AgentTools } from '../../tools/agent-tools';
import { consentTo, Jobs, refused } from '../../tools/tool';
import type { ChatEntity } from '../entities/chat.entity';

type ToolCallEvent = Extract<AgentEvent, { type: 'toolCall' }>;

/** A question to a person about a call, and what takes the answer. */
export interface ToolQuestion {
  readonly question: AgentQuestion;
  readonly respond: (decision: unknown) => void;
}

export interface ToolCallTerms {
  readonly tools: AgentTools;
  readonly chat: ChatEntity;
  /** Of the tools that the chat has. */
  readonly names: readonly string[];
  readonly thread: AgentThread;
  readonly ask: (question: ToolQuestion) => void;
}

/** The calls of the service's tools in one turn. Each is answered once, or ends with the turn. */
export class TurnToolCalls {
  private readonly running = new Map<AgentToolCall['requestId'], AbortController>();
  private readonly work = new Set<Promise<void>>();
  private readonly jobs: Jobs = new Map();
  private hasEnded = false;

  constructor(private readonly terms: ToolCallTerms) {}

  /** Does what the call is for, when a person has allowed it where one has to. */
  begin({ call, respond }: ToolCallEvent): void {
    if (this.hasEnded || this.running.has(call.requestId)) return;
    const ending = new AbortController();
    this.running.set(call.requestId, ending);
    const work = this.outputOf(call, ending.signal).then((output) => {
      this.running.delete(call.requestId);
      if (!ending.signal.aborted) respond(output);
    });
    this.work.add(work);
    void work.finally(() => this.work.delete(work));
  }

  /** The agent no longer waits for it. */
  withdraw(requestId: AgentQuestion['id']): void {
    this.running.get(requestId)?.abort();
  }

  /** The turn is over, or about to be: ends all calls, and what runs beside them; resolves when nothing runs any more. */
  async end(): Promise<void> {
    this.hasEnded = true;
    for (const ending of this.running.values()) ending.abort();
    await Promise.allSettled([...this.work, ...[...this.jobs.values()].map((job) => job.end())]);
  }

  private async outputOf(call: AgentToolCall, signal: AbortSignal): Promise<ToolOutput> {
    const { tools, chat, names, thread } = this.terms;
    const checked = tools.checked(call, names);
    const { approval } = checked;
    const consent = approval === undefined ? 'given' : consentTo({ approval }, chat.approvalPolicy);
    if (consent === 'declined') {
      tools.countDeclined(call, names);
      return refused(`${call.tool} needs the consent of a person, and nobody is asked in this chat.`);
    }
    if (consent === 'asked' && !(await this.isAllowed(call, signal))) {
      if (!signal.aborted) tools.countDeclined(call, names);
      return refused('A person has declined this call.');
    }
    return checked.call({ chatId: chat.id, thread, signal, jobs: this.jobs });
  }

  /** False, too, when the call is withdrawn before there is an answer. */
  private isAllowed(
    { requestId, itemId, tool, arguments: input }: AgentToolCall,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    signal.addEventListener('abort', () => resolve(false), { once: true });
    this.terms.ask({
      question: {
        ...{ id: requestId, kind: 'tool_call', itemId, request: { tool, arguments: input } },
        decisions: ['accept', 'decline'],
        responseTo: (decision) => decision,
      },
      respond: (decision) => resolve(decision === 'accept'),
    });
    return promise;
  }
}
