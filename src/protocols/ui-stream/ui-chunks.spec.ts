import { uiMessageChunkSchema, type UIMessageChunk } from 'ai';
import { agentAction, askedApproval, turnEnd, turnEvent, writtenMessage } from '../../../test/support/turn-events';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { type StreamOf, UiChunks } from './ui-chunks';

const schema = uiMessageChunkSchema as unknown as () => {
  validate: (value: unknown) => { success: boolean } | PromiseLike<{ success: boolean }>;
};

/** The chunks, each of which the AI SDK's own schema takes. */
async function chunksOf(events: readonly ChatEvent[], stream: Partial<StreamOf> = {}): Promise<UIMessageChunk[]> {
  const mapper = new UiChunks({ chatId: 'chat', turnId: 'turn', ...stream });
  const chunks = [...mapper.begin(), ...events.flatMap((event) => mapper.of(event))];
  for (const chunk of chunks) expect(await schema().validate(chunk)).toMatchObject({ success: true });
  return chunks;
}

const typesOf = async (events: readonly ChatEvent[], stream?: Partial<StreamOf>): Promise<string[]> =>
  (await chunksOf(events, stream)).slice(2).map(({ type }) => type);

const END = ['finish-step', 'finish'];
const started = turnEvent('turn.started', { turn: {} });
const delta = (messageId: string, text: string): ChatEvent => turnEvent('message.delta', { messageId, delta: text });
const whole = (id: string, text: string, more = {}): ChatEvent =>
  turnEvent('message.completed', { message: writtenMessage(id, text, more) });

describe('a turn as one UI message', () => {
  it('begins with the id of the turn and its chat', async () => {
    const [start, step] = await chunksOf([]);
    expect(start).toEqual({ type: 'start', messageId: 'turn', messageMetadata: { chatId: 'chat', turnId: 'turn' } });
    expect(step).toEqual({ type: 'start-step' });
  });

  it('has text and reasoning by their deltas, and what those have not said at their end', async () => {
    const events = [
      turnEvent('reasoning.delta', { itemId: 'r', delta: 'I' }),
      turnEvent('reasoning.completed', { itemId: 'r', text: 'I think', superseded: false }),
      ...[delta('m', 'Hel'), whole('m', 'Hello'), turnEnd('completed')],
    ];
    const chunks = (await chunksOf(events)).slice(2);
    expect(chunks.map((chunk) => ('delta' in chunk ? chunk.delta : chunk.type))).toEqual([
      ...['reasoning-start', 'I', ' think', 'reasoning-end', 'text-start', 'Hel', 'lo', 'text-end', ...END],
    ]);
    expect(chunks.at(-1)).toMatchObject({ finishReason: 'stop', messageMetadata: { usage: { totalTokens: 7 } } });
  });

  it('ends a text that the model was asked for again, and those that are open at the end', async () => {
    const events = [
      delta('a', 'cut'),
      whole('a', 'cut off', { status: 'superseded' }),
      delta('b', 'x'),
      turnEnd('failed'),
    ];
    expect(await typesOf(events)).toEqual([
      ...['text-start', 'text-delta', 'text-end', 'text-start', 'text-delta', 'text-end', ...END, 'error'],
    ]);
  });

  it.each([
    ['command', { status: 'completed' }, 'tool-output-available'],
    ['command', { status: 'failed' }, 'tool-output-available'],
    ['command', { status: 'declined' }, 'tool-output-denied'],
    ['file_change', { status: 'interrupted', data: { changes: [] } }, 'tool-output-error'],
    [
      'mcp_tool_call',
      { data: { server: 's', tool: 't', arguments: {}, result: null, error: 'no' } },
      'tool-output-error',
    ],
    ['tool_call', { data: { tool: 't', arguments: {}, output: 1, success: true } }, 'tool-output-available'],
    ['web_search', { data: { query: 'q' } }, 'tool-output-available'],
    ['other', { data: { type: 'x' } }, 'tool-output-available'],
  ] as const)('has a %s that is %j as a call of a dynamic tool', async (kind, more, end) => {
    const action = agentAction('i', { kind, ...more });
    const before = turnEvent('item.started', { item: { ...action, status: 'running' } });
    const events = [before, turnEvent('item.completed', { item: action })];
    expect(await typesOf(events)).toEqual(['tool-input-available', end]);
    expect(await typesOf(events.slice(1))).toEqual(['tool-input-available', end]);
  });

  it('ends at a question, and goes on behind it with the calls that the client has', async () => {
    const item = agentAction('i', { status: 'running' });
    const asked = turnEvent('approval.requested', { approval: askedApproval('a', 'i') });
    expect(await typesOf([turnEvent('item.started', { item }), asked, delta('m', 'late')])).toEqual([
      ...['tool-input-available', 'tool-approval-request', ...END],
    ]);
    const resolved = askedApproval('a', 'i', { status: 'resolved', decision: 'accept' });
    const goesOn = [
      turnEvent('approval.resolved', { approval: resolved }),
      turnEvent('item.completed', { item: agentAction('i', {}) }),
    ];
    const chunks = await chunksOf([...goesOn, turnEnd('completed')], { knownCalls: ['i'], answered: ['a'] });
    expect(chunks.slice(2).map(({ type }) => type)).toEqual([
      'tool-approval-response',
      'tool-output-available',
      ...END,
    ]);
    expect(chunks[2]).toMatchObject({ approvalId: 'a', approved: true });
  });

  it('does not end at a question that was answered before it is shown again', async () => {
    const asked = turnEvent('approval.requested', { approval: askedApproval('a', null) });
    const refused = askedApproval('a', null, { status: 'resolved', decision: 'decline' });
    const events = [asked, turnEvent('approval.resolved', { approval: refused }), turnEnd('completed')];
    expect(await typesOf(events, { answered: ['a'] })).toEqual([
      ...['tool-input-available', 'tool-approval-request', 'tool-approval-response', 'tool-output-denied', ...END],
    ]);
  });

  it('has what is added to the turn, and not what it began with', async () => {
    const message = writtenMessage('u', 'hi', { role: 'user' });
    const created = turnEvent('message.created', { message });
    expect(await typesOf([created, started, created])).toEqual(['steering-message']);
    expect(await typesOf([created], { knownCalls: [] })).toEqual(['steering-message']);
  });

  it('has usage, plan and warnings as data, and leaves the rest out', async () => {
    const events = [
      turnEvent('usage.updated', { usage: {}, chatUsage: {}, contextWindow: null }),
      turnEvent('plan.updated', { explanation: null, plan: [] }),
      turnEvent('warning', { message: 'slow' }),
      turnEvent('error', { code: 'upstream_unavailable', message: 'again', willRetry: true }),
      turnEvent('diff.updated', { diff: '' }),
    ];
    expect(await typesOf(events)).toEqual(['data-usage', 'data-plan', 'data-warning', 'data-error']);
  });

  it('says why it ended otherwise, and nothing behind that', async () => {
    expect(await typesOf([turnEnd('interrupted'), delta('m', 'late')])).toEqual(['abort', ...END]);
    const failed = await chunksOf([turnEnd('failed', { code: 'instance_lost', message: 'It is gone.' })]);
    expect(failed.at(-1)).toEqual({ type: 'error', errorText: 'It is gone. (instance_lost)' });
  });
});
