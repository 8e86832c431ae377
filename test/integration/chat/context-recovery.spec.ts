import { AgentUnansweredError } from '../../../src/app-server/agent/agent.errors';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { EventEntity } from '../../../src/chat/entities/event.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { TurnExecution } from '../../../src/chat/turns/turn-execution';
import { readResponsesRequest } from '../../../src/gateway/wire/responses-request';
import { UpstreamError } from '../../../src/gateway/wire/upstream.error';
import { ChatFixture } from '../../support/chat-fixture';
import { eventually } from '../../support/eventually';
import { AGENT_TURN, FakeThread } from '../../support/fake-agent';

const FULL: Partial<TurnEntity> = { status: 'failed', errorCode: 'context_length_exceeded', synced: false };

describe('a chat after a refusal', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let onCompact: FakeThread['onCompact'];

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    onCompact = () => Promise.resolve(true);
    chat.codexThreadId = chats.agent.thread.threadId;
  });
  afterEach(() => chats.close());

  const events = async () =>
    (await chats.database.read.find(EventEntity, { where: { chatId: chat.id }, order: { seq: 'ASC' } })).filter(
      ({ type }) => type.startsWith('context.'),
    );

  /** A thread that completes its turn at once. */
  function openedThread(): FakeThread {
    const thread = new FakeThread(chats.happened);
    thread.onCompact = onCompact;
    thread.onStart = () => {
      thread.end('completed');
      return Promise.resolve(AGENT_TURN);
    };
    return thread;
  }

  /** Runs a turn behind `before` to its end. */
  async function run(before: Partial<TurnEntity>): Promise<TurnEntity> {
    const { turn: earlier } = await chats.addTurn(chat, before);
    const { turn, message } = await chats.addTurn(chat);
    const execution = new TurnExecution(chats.services, { chat, turn, unsynced: [earlier] }, () => undefined);
    chats.agent.onOpen = () => Promise.resolve(openedThread());
    await execution.execute(message);
    return turn;
  }

  it('is summed up before its next turn when the context was full, and the turns before are in sync at once', async () => {
    const turn = await run(FULL);
    expect(turn.status).toBe('completed');
    expect(chats.happened.filter((what) => what.startsWith('agent'))).toEqual(['agent compacts', 'agent starts']);
    expect((await events()).map(({ data }) => data)).toMatchObject([{ reason: 'refused', succeeded: true }]);
    expect(await chats.database.read.countBy(TurnEntity, { chatId: chat.id, synced: false })).toBe(0);
  });

  it('is not summed up after any other failure', async () => {
    await run({ ...FULL, errorCode: 'content_filter' });
    expect(chats.happened).not.toContain('agent compacts');
  });

  it('goes on without a summary that does not come, and does not try it twice', async () => {
    onCompact = () => Promise.reject(new AgentUnansweredError('late'));
    const turn = await run(FULL);
    expect(turn.status).toBe('completed');
    expect(chats.happened.filter((what) => what === 'agent compacts')).toHaveLength(1);
    expect((await events()).map(({ data }) => data)).toMatchObject([{ succeeded: false }]);
  });

  it('that is stopped while it is summed up ends its turn as interrupted, and begins it not', async () => {
    const { turn: earlier } = await chats.addTurn(chat, FULL);
    const { turn, message } = await chats.addTurn(chat);
    const execution = new TurnExecution(chats.services, { chat, turn, unsynced: [earlier] }, () => undefined);
    const ended = Promise.withResolvers<boolean>();
    chats.agent.thread.onCompact = () => ended.promise;
    const executed = execution.execute(message);
    await eventually('it is summed up', () => chats.happened.includes('agent compacts'));
    execution.interrupt();
    ended.resolve(false);
    await executed;
    expect(turn.status).toBe('interrupted');
    expect(chats.happened).not.toContain('agent starts');
  });

  it('keeps what is left out with its rows, and gives it back to the gateway after a restart', async () => {
    const request = readResponsesRequest({ input: [{ role: 'user', content: [{ type: 'input_text', text: 'bad' }] }] });
    chats.refused.refused(chat.id, 'b', request, new UpstreamError('content_filter', 'says no', { status: 400 }));
    await run({ status: 'completed', synced: true });
    expect((await events()).map(({ type, data }) => [type, data])).toMatchObject([
      ['context.omitted', { code: 'content_filter', backend: 'b', pictures: 0, messages: 1, earlier: 0 }],
    ]);
    const [row] = await chats.database.read.findBy(ChatEntity, { id: chat.id });
    if (!row) throw new Error('the chat is gone');
    expect(row.leftOut?.texts).toHaveLength(1);
    chats.refused.forget(chat.id);
    chat = row;
    await run({ status: 'completed', synced: true });
    const later = readResponsesRequest({ input: [...request.input, { role: 'user', content: 'hello' }] });
    expect(JSON.stringify(chats.refused.leaveOut(chat.id, 'b', later).input)).not.toContain('bad');
  });
});
