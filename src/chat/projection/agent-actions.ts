import { insert, update } from '../../database/rows';
import type { ThreadItem } from '../../app-server/protocol/generated/v2/ThreadItem';
import type { FileUpdateChange } from '../../app-server/protocol/generated/v2/FileUpdateChange';
import { now } from '../../common/clock';
import { newId } from '../../common/ids';
import { AgentActionEntity } from '../entities/agent-action.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { LogEntry } from '../event-log/log-entry';
import { toAgentActionDto } from '../dto/agent-action.dto';
import { agentActionContent, fileChanges, MAX_OUTPUT } from './agent-action-data';
import { concat } from './assistant-messages';

const NOTHING: LogEntry = { events: [] };
/** Kinds of actions that something else than codex and the model works on, in silence, for as long as it takes. */
const WORK: ReadonlySet<string> = new Set<AgentActionEntity['kind']>(['command', 'mcp_tool_call', 'tool_call']);

interface RunningAction {
  readonly row: AgentActionEntity;
  /** Output that was published live, and its length in characters. */
  readonly output: string[];
  publishedLength: number;
}

/** The agent's actions of one turn that are under way, by codex's item id. */
export class AgentActions {
  private readonly running = new Map<string, RunningAction>();

  constructor(
    private readonly turn: TurnEntity,
    private readonly workspace: string,
  ) {}

  /** Our id of an action that is under way. */
  idOf(itemId: string): string | null {
    return this.running.get(itemId)?.row.id ?? null;
  }

  /** A command or a tool runs. */
  get areAtWork(): boolean {
    return [...this.running.values()].some(({ row }) => WORK.has(row.kind));
  }

  begin(item: ThreadItem): LogEntry {
    const content = agentActionContent(item, this.workspace);
    if (!content || this.running.has(item.id)) return NOTHING;
    const { id: turnId, chatId, userId } = this.turn;
    const row = Object.assign(new AgentActionEntity(), {
      ...{ id: newId(), userId, chatId, turnId, ...content, status: 'running' },
      ...{ startedAt: now(), endedAt: null },
    });
    this.running.set(item.id, { row, output: [], publishedLength: 0 });
    return {
      events: [{ type: 'item.started', turnId, data: { item: toAgentActionDto(row) } }],
      writes: [insert(AgentActionEntity, row)],
    };
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

  /** A file change that codex is still writing. */
  patch(itemId: string, changes: readonly FileUpdateChange[]): LogEntry {
    const action = this.running.get(itemId);
    if (!action) return NOTHING;
    action.row.data = { changes: fileChanges(changes, this.workspace) };
    return { events: [{ type: 'item.updated', turnId: this.turn.id, data: { item: toAgentActionDto(action.row) } }] };
  }

  complete(item: ThreadItem): LogEntry {
    const begun = this.begin(item);
    const action = this.running.get(item.id);
    const content = agentActionContent(item, this.workspace);
    if (!action || !content) return begun;
    const status = content.status === 'running' ? 'completed' : content.status;
    const data = this.withOutput(action, content.data);
    return concat(begun, this.close(item.id, action, { ...content, data, status }));
  }

  /** Whatever is unfinished ended with the turn. */
  closeAll(): LogEntry {
    return concat(
      ...[...this.running].map(([id, action]) =>
        this.close(id, action, { status: 'interrupted', data: this.withOutput(action, action.row.data) }),
      ),
    );
  }

  /** Codex gives no output with a command that was cut off; what was published stays. */
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
