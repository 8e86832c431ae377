import { update } from '../../database/rows';
import { AgentAction, FileChange, MAX_OUTPUT } from '../../app-server/agent/agent-item';
import { now } from '../../common/clock';
import { newId } from '../../common/ids';
import { AgentActionEntity, NewAgentAction } from '../entities/agent-action.entity';
import { TurnEntity } from '../entities/turn.entity';
import { concat, insertAt, LogEntry } from '../event-log/log-entry';
import type { EventDraft } from '../event-log/chat-event';
import { toAgentActionDto } from '../dto/agent-action.dto';

const NOTHING: LogEntry = { events: [] };
/** Kinds of actions that something else than the agent works on, in silence, for as long as it takes. */
const WORK: ReadonlySet<string> = new Set<AgentActionEntity['kind']>(['command', 'mcp_tool_call', 'tool_call']);

interface RunningAction {
  readonly row: NewAgentAction;
  /** Output that was published live, and its length in characters. */
  readonly output: string[];
  publishedLength: number;
}

/** The agent's actions of one turn that are under way, by the agent's id of the item. */
export class AgentActions {
  private readonly running = new Map<string, RunningAction>();
  private commandsBegun = 0;
  /** Rows of actions that codex had not reported when they were recorded; it may still do so. */
  private readonly unreported = new Map<string, NewAgentAction>();
  private isStopped = false;
  private areToolsStopped = false;

  constructor(private readonly turn: TurnEntity) {}

  /** The row's id of an action that is under way. */
  idOf(itemId: string): string | null {
    return this.running.get(itemId)?.row.id ?? null;
  }

  /** The changes of files that are under way as this item. */
  changesOf(itemId: string): readonly FileChange[] {
    const changes = this.running.get(itemId)?.row.data.changes;
    return Array.isArray(changes) ? (changes as readonly FileChange[]) : [];
  }

  /** A command or a tool runs. */
  get areAtWork(): boolean {
    return [...this.running.values()].some(({ row }) => WORK.has(row.kind));
  }

  /** Commands were begun, and may run on. */
  get haveRunCommands(): boolean {
    return this.commandsBegun > 0;
  }

  begin(itemId: string, action: AgentAction): LogEntry {
    if (this.running.has(itemId)) return NOTHING;
    const known = this.unreported.get(itemId);
    if (known) return this.reportedLate(itemId, { ...known, ...action });
    const row = this.beginRow(itemId, action, now());
    return this.begun(row);
  }

  /** An action that codex has told nobody of, and that is over. */
  unreportedAction(callId: string, action: AgentAction, startedAt: string): LogEntry {
    const row = this.beginRow(callId, action, startedAt);
    this.unreported.set(callId, row);
    return concat(this.begun({ ...row }), this.closeRunning(callId, action));
  }

  /** The turn was interrupted: commands that end now were stopped. */
  stop(): void {
    this.isStopped = true;
  }

  /** Tools of the service are stopped: what ends of them now has not failed by itself. */
  stopTools(): void {
    this.areToolsStopped = true;
  }

  /** Output of a command; what is beyond the bound comes, shortened, with the finished action. */
  output(itemId: string, delta: string): LogEntry {
    const action = this.running.get(itemId);
    if (!action || action.publishedLength >= MAX_OUTPUT) return NOTHING;
    action.publishedLength += delta.length;
    action.output.push(delta);
    const data = { itemId: action.row.id, delta };
    return { events: [{ type: 'command.output', turnId: this.turn.id, data }] };
  }

  /** A file change that is still being written. */
  patch(itemId: string, changes: readonly FileChange[]): LogEntry {
    const action = this.running.get(itemId);
    if (!action) return NOTHING;
    action.row.data = { changes };
    return { events: [{ type: 'item.updated', turnId: this.turn.id, data: { item: toAgentActionDto(action.row) } }] };
  }

  complete(itemId: string, action: AgentAction): LogEntry {
    const begun = this.begin(itemId, action);
    const { data, kind } = action;
    const isTool = kind === 'tool_call';
    const wasStopped = (isTool ? this.areToolsStopped : this.isStopped) && action.status === 'failed';
    const ended = isTool ? data : { ...data, exitCode: null, durationMs: null };
    const stopped = { ...action, status: 'interrupted', data: ended } as const;
    return concat(begun, this.closeRunning(itemId, wasStopped ? stopped : action));
  }

  /** Whatever is unfinished ended with the turn. */
  closeAll(): LogEntry {
    return concat(
      ...[...this.running].map(([id, action]) =>
        this.close(id, action, { status: 'interrupted', data: this.withOutput(action, action.row.data) }),
      ),
    );
  }

  private beginRow(itemId: string, action: AgentAction, startedAt: string): NewAgentAction {
    if (action.kind === 'command') this.commandsBegun += 1;
    const { id: turnId, chatId, userId } = this.turn;
    const row: NewAgentAction = {
      ...{ id: newId(), userId, chatId, turnId, ...action, status: 'running' },
      ...{ startedAt, endedAt: null },
    };
    this.running.set(itemId, { row, output: [], publishedLength: 0 });
    return row;
  }

  private begun(row: NewAgentAction): LogEntry {
    const event: EventDraft = { type: 'item.started', turnId: this.turn.id, data: { item: toAgentActionDto(row) } };
    return { events: [event], writes: [insertAt(AgentActionEntity, row, event)] };
  }

  /** It is one action, whoever has told of it first. */
  private reportedLate(itemId: string, action: NewAgentAction): LogEntry {
    const row: NewAgentAction = { ...action, status: 'running', endedAt: null };
    this.unreported.delete(itemId);
    this.running.set(itemId, { row, output: [], publishedLength: 0 });
    return {
      events: [{ type: 'item.updated', turnId: this.turn.id, data: { item: toAgentActionDto(row) } }],
      writes: [update(AgentActionEntity, { id: row.id }, row)],
    };
  }

  private closeRunning(itemId: string, action: AgentAction): LogEntry {
    const running = this.running.get(itemId);
    if (!running) return NOTHING;
    const status = action.status === 'running' ? 'completed' : action.status;
    return this.close(itemId, running, { ...action, data: this.withOutput(running, action.data), status });
  }

  /** A command that was cut off comes without its output; what was published stays. */
  private withOutput({ output }: RunningAction, data: Record<string, unknown>): Record<string, unknown> {
    return data.output === '' && output.length > 0 ? { ...data, output: output.join('') } : data;
  }

  private close(itemId: string, { row }: RunningAction, end: Partial<AgentActionEntity>): LogEntry {
    this.running.delete(itemId);
    const changed = { ...end, endedAt: now() };
    const item = toAgentActionDto({ ...row, ...changed });
    return {
      events: [{ type: 'item.completed', turnId: this.turn.id, data: { item } }],
      writes: [update(AgentActionEntity, { id: row.id }, changed)],
    };
  }
}
