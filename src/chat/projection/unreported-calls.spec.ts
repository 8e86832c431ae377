import { newTurn } from '../../../test/support/stored-turn';
import type { AgentEvent } from '../../app-server/agent/agent-event';
import type { EventDraft } from '../event-log/chat-event';
import { NO_USAGE } from '../entities/token-usage.dto';
import { TurnProjection } from './turn-projection';

type Content<T extends AgentEvent = AgentEvent> = T extends AgentEvent ? Omit<T, 'turnId'> : never;

const tokens = { totalTokens: 1, inputTokens: 1, cachedInputTokens: 0, outputTokens: 0, reasoningOutputTokens: 0 };
const USAGE: Content = { type: 'usageUpdated', usage: tokens, contextWindow: null };
const TEXT: Content = { type: 'messageDelta', itemId: 'm', delta: 'x' };
const REFUSED = 'Wall time: 0 seconds\nProcess exited with code 1\nOutput:\nsandbox\n';
const item = (type: 'itemStarted' | 'itemCompleted', id: string): Content => ({
  type,
  item: {
    ...{ id, type: 'action' },
    action: {
      kind: 'command',
      status: type === 'itemStarted' ? 'running' : 'completed',
      title: id,
      data: { output: 'real' },
    },
  },
});

describe('calls of the model that codex sends no item for', () => {
  let projection: TurnProjection;
  beforeEach(() => {
    projection = new TurnProjection(newTurn('chat'), NO_USAGE, '/workspace');
  });

  const apply = (event: Content): EventDraft[] => [...projection.apply({ turnId: 'turn', ...event }).events];
  const call = (id: string): void =>
    projection.calls.called({ id, name: 'exec_command', arguments: JSON.stringify({ cmd: id }) });
  /** The end of an answer, and the next request with the outputs of its calls. */
  const askAgain = (...ids: string[]): void => {
    projection.calls.answered();
    for (const id of ids) projection.calls.returned(id, REFUSED);
  };
  const shown = (events: readonly EventDraft[]): string[] =>
    events.flatMap((event) =>
      event.type.startsWith('item.') && 'item' in event.data
        ? [`${event.type} ${event.data.item.title} ${event.data.item.status}`]
        : [],
    );
  const made = (id: string) => [`item.started ${id} running`, `item.completed ${id} failed`];

  it('are shown before the text of the next answer', () => {
    call('a');
    askAgain('a');
    expect(shown(apply(USAGE))).toEqual([]);
    const events = apply(TEXT);
    expect(shown(events)).toEqual(made('a'));
    expect(events.at(-1)?.type).toBe('message.delta');
  });

  it('are not taken for hidden by what is late of the same answer, or of one before it', () => {
    askAgain();
    call('a');
    askAgain('a');
    // Codex is two answers ahead of what was read of it.
    for (const event of [TEXT, USAGE, TEXT, USAGE]) expect(shown(apply(event))).toEqual([]);
    expect(shown(apply(item('itemStarted', 'a')))).toEqual(['item.started a running']);
    expect(shown(apply(USAGE))).toEqual([]);
    expect(shown(projection.close().events)).toEqual(['item.completed a interrupted']);
  });

  it('are shown where nothing but calls follows: by an item of a later answer, and by its end', () => {
    call('a');
    askAgain('a');
    call('b');
    askAgain('b');
    apply(USAGE);
    expect(shown(apply(item('itemStarted', 'b')))).toEqual([...made('a'), 'item.started b running']);
    call('c');
    askAgain('c');
    call('d');
    for (const event of [USAGE, USAGE]) expect(shown(apply(event))).toEqual([]);
    askAgain('d');
    expect(shown(apply(USAGE))).toEqual(made('c'));
  });

  it('are shown at the end of the turn at the latest, also those whose output is not known', () => {
    call('a');
    askAgain('a');
    call('b');
    expect(shown(projection.close().events)).toEqual([
      ...[...made('a'), 'item.started b running', 'item.completed b interrupted'],
    ]);
    expect(projection.close().events).toEqual([]);
  });

  it('are one action with what codex says of them after all', () => {
    call('a');
    askAgain('a');
    apply(USAGE);
    const before = apply(TEXT);
    const late = [...apply(item('itemStarted', 'a')), ...apply(item('itemCompleted', 'a'))];
    expect(shown(late)).toEqual(['item.updated a running', 'item.completed a completed']);
    const ids = [...before, ...late].flatMap((event) => ('item' in event.data ? [event.data.item.id] : []));
    expect(new Set(ids).size).toBe(1);
  });

  it('are no actions where the log shows them in another way', () => {
    projection.calls.called({ id: 'plan', name: 'update_plan', arguments: '{}' });
    projection.calls.called({ id: 'ask', name: 'request_user_input', arguments: '{}' });
    apply({ type: 'planUpdated', explanation: null, plan: [] });
    const question = { id: 1, kind: 'user_input', itemId: 'ask', request: {}, decisions: [] } as const;
    apply({
      ...{ type: 'question', question: { ...question, responseTo: () => undefined } },
      ...{ respond: () => undefined, refuse: () => undefined },
    });
    expect(shown(projection.close().events)).toEqual([]);
  });
});
