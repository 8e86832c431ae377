import type { AgentActionDto } from '../dto/agent-action.dto';
import type { DiffStatDto, PlacedActionDto } from '../dto/chat-state.dto';

type Preview = Omit<PlacedActionDto, 'seq'>;

interface Cut {
  readonly data: Record<string, unknown>;
  readonly size: number;
  readonly isCut: boolean;
  readonly diffStats?: DiffStatDto[];
}

/** Of all changes of one action together, as much as of this many texts. */
const DIFFS_OF_AN_ACTION = 2;

/**
 * An action with no text longer than `limit` characters: of an output the end is kept, where results and errors stand, of
 * all else the beginning.
 *
 * @param outputLimit characters kept of a command's output, of which more may be wanted while it runs
 */
export function previewOf(action: AgentActionDto, limit: number, outputLimit = limit): Preview {
  const { data, size, isCut, diffStats } = cutData(action, limit, outputLimit);
  const title = beginningOf(action.title, limit);
  const truncated = isCut || title.length < action.title.length;
  return { action: { ...action, title, data }, truncated, size, diffStats: diffStats ?? null };
}

function cutData({ kind, data }: AgentActionDto, limit: number, outputLimit: number): Cut {
  const { changes } = data;
  if (kind === 'file_change' && Array.isArray(changes)) return cutChanges(data, changes, limit);
  let size = 0;
  let isCut = false;
  const entries = Object.entries(data).map(([name, value]) => {
    if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return [name, value];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const isOutput = kind === 'command' && name === 'output';
    size += text.length;
    if (text.length <= (isOutput ? outputLimit : limit)) return [name, value];
    isCut = true;
    return [name, isOutput ? endOf(text, outputLimit) : beginningOf(text, limit)];
  });
  return { data: Object.fromEntries(entries) as Record<string, unknown>, size, isCut };
}

function cutChanges(data: Record<string, unknown>, changes: readonly { diff?: unknown }[], limit: number): Cut {
  const each = Math.min(limit, Math.floor((limit * DIFFS_OF_AN_ACTION) / Math.max(changes.length, 1)));
  const diffs = changes.map(({ diff }) => (typeof diff === 'string' ? diff : ''));
  const isCut = diffs.some((diff) => diff.length > each);
  const size = diffs.reduce((sum, diff) => sum + diff.length, 0);
  if (!isCut) return { data, size, isCut };
  const shortened = changes.map((change, index) => ({ ...change, diff: beginningOf(diffs[index] ?? '', each) }));
  return { data: { ...data, changes: shortened }, size, isCut, diffStats: changes.map(statOf) };
}

/** Of an added or deleted file the diff is its content. */
function statOf({ diff, kind }: { diff?: unknown; kind?: unknown }): DiffStatDto {
  if (typeof diff !== 'string') return { added: 0, removed: 0 };
  const lines = diff.endsWith('\n') ? diff.slice(0, -1).split('\n') : diff.split('\n');
  if (kind === 'add') return { added: lines.length, removed: 0 };
  if (kind === 'delete') return { added: 0, removed: lines.length };
  return {
    added: lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  };
}

/** Whole lines, where the text has lines within the limit. */
export function beginningOf(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit);
  const lineEnd = cut.lastIndexOf('\n');
  // Not half of a character that takes two places.
  return lineEnd > limit / 2 ? cut.slice(0, lineEnd + 1) : cut.replace(/[\uD800-\uDBFF]$/, '');
}

/** Whole lines, where the text has lines within the limit. */
function endOf(text: string, limit: number): string {
  if (limit === 0) return '';
  const cut = text.slice(-limit);
  const lineEnd = cut.indexOf('\n');
  return lineEnd >= 0 && lineEnd < limit / 2 ? cut.slice(lineEnd + 1) : cut.replace(/^[\uDC00-\uDFFF]/, '');
}
