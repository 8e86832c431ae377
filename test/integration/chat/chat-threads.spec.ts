import { AgentRefusedError, AgentUnansweredError } from '../../../src/app-server/agent/agent.errors';
import { InstanceLostError } from '../../../src/app-server/pool/pool.errors';
import type { ChatEntity } from '../../../src/chat/entities/chat.entity';
import type { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { ChatFixture } from '../../support/chat-fixture';
import { FakeThread } from '../../support/fake-agent';

const LOST = new InstanceLostError('codex-1', 'killed');
const UNANSWERED = new AgentUnansweredError('no answer within 4000 ms');

describe("a chat's thread", () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let turn: TurnEntity;
  let threads: FakeThread[];
  /** How the history is refused, each time. */
  let failures: Error[];

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    const earlier = await chats.addTurn(chat, { status: 'interrupted' });
    ({ turn } = await chats.addTurn(chat));
    [threads, failures] = [[], []];
    chats.agent.onOpen = () => {
      const thread = new FakeThread(chats.happened);
      thread.onHistory = () => {
        const failure = failures.shift();
        return failure ? Promise.reject(failure) : Promise.resolve(true);
      };
      threads.push(thread);
      return Promise.resolve(thread);
    };
    expect(await chats.threads.unsyncedBefore(turn)).toMatchObject([{ id: earlier.turn.id }]);
  });
  afterEach(() => chats.close());

  const open = async () => {
    const next = { chat, turn, unsynced: await chats.threads.unsyncedBefore(turn) };
    const { signal } = new AbortController();
    const prepared = await chats.threads.prepare(next, signal);
    return chats.threads.open({ ...next, prepared }, { signal, onQueued: () => undefined }, chats.tools);
  };
  const releases = () => chats.happened.filter((what) => what === 'released').length;

  it('is opened again when its process is lost while it gets its history: its turn has not begun', async () => {
    failures = [LOST, UNANSWERED];
    expect((await open()).thread).toBe(threads[2]);
    expect([threads.length, releases()]).toEqual([3, 2]);
  });

  it('is given back each time that its process is lost, and given up at last', async () => {
    failures = [LOST, LOST, LOST];
    await expect(open()).rejects.toBe(LOST);
    expect([threads.length, releases()]).toEqual([3, 3]);
  });

  it('answers all the same when the agent refuses its history, which is offered again before the next turn', async () => {
    failures = [new AgentRefusedError('no')];
    await open();
    expect([threads.length, releases()]).toEqual([1, 0]);
    expect(await chats.threads.unsyncedBefore(turn)).toHaveLength(1);
  });

  it('does not hide that it could not be opened', async () => {
    chats.agent.onOpen = () => Promise.reject(LOST);
    await expect(open()).rejects.toBe(LOST);
    expect(chats.agent.opened).toHaveLength(1);
  });
});
