import { newId } from '../../common/ids';
import type { LogEntry } from '../event-log/log-entry';

const NOTHING: LogEntry = { events: [] };
const BETWEEN_PARTS = '\n\n';

/** The agent's reasoning of one turn, by codex's item id. */
export class Reasoning {
  private readonly open = new Map<string, { id: string; hasSummary: boolean }>();

  constructor(private readonly turnId: string) {}

  /** A further part of the summary begins. */
  part(itemId: string, index: number): LogEntry {
    return index > 0 ? this.delta(itemId, BETWEEN_PARTS) : NOTHING;
  }

  summary(itemId: string, delta: string): LogEntry {
    this.entry(itemId).hasSummary = true;
    return this.delta(itemId, delta);
  }

  /** The raw reasoning of open models; published where there is no summary of it. */
  raw(itemId: string, delta: string): LogEntry {
    return this.entry(itemId).hasSummary ? NOTHING : this.delta(itemId, delta);
  }

  complete(itemId: string, summary: readonly string[], content: readonly string[]): LogEntry {
    const { id } = this.entry(itemId);
    this.open.delete(itemId);
    const text = (summary.length > 0 ? summary : content).join(BETWEEN_PARTS);
    if (text === '') return NOTHING;
    return { events: [{ type: 'reasoning.completed', turnId: this.turnId, data: { itemId: id, text } }] };
  }

  private delta(itemId: string, delta: string): LogEntry {
    const { id } = this.entry(itemId);
    return { events: [{ type: 'reasoning.delta', turnId: this.turnId, data: { itemId: id, delta } }] };
  }

  private entry(itemId: string): { id: string; hasSummary: boolean } {
    const entry = this.open.get(itemId) ?? { id: newId(), hasSummary: false };
    this.open.set(itemId, entry);
    return entry;
  }
}
