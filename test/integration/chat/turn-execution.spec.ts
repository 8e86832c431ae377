import type { ChatEntity } from '../../../src/chat/entities/chat.entity';
import type { MessageEntity } from '../../../src/chat/entities/message.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { TurnExecution } from '../../../src/chat/turns/turn-execution';
import { ChatFixture } from '../../support/chat-fixture';
import { eventually } from '../../support/eventually';
import { AGENT_TURN } from '../../support/fake-agent';

const soon = () => new Promise(setImmediate);

describe('the execution of a turn', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let turn: TurnEntity;
  let message: MessageEntity;
  let execution: TurnExecution;
  let mayOpen: PromiseWithResolvers<void>;
  let happened: string[];

  beforeEach(async () => {
    chats = await ChatFixture.open();
    ({ happened } = chats);
    chat = await chats.addChat();
    ({ turn, message } = await chats.addTurn(chat));
    mayOpen = Promise.withResolvers();
    const { agent } = chats;
    agent.onOpen = () => mayOpen.promise.then(() => agent.thread);
    // The agent ends the turn when it is to interrupt it.
    agent.thread.onInterrupt = () => Promise.resolve(agent.thread.end('interrupted'));
    execution = new TurnExecution(chats.services, { chat, turn, unsynced: [] }, () =>
      happened.push('leaves the queue'),
    );
  });
  afterEach(() => chats.close());

  const stored = () => chats.database.read.findOneByOrFail(TurnEntity, { id: turn.id });

  it('begins in the agent only when it is committed that it has begun, so that it is never begun again', async () => {
    const release = chats.database.hold();
    const executed = execution.execute(message);
    mayOpen.resolve();
    await eventually('it is to be committed', () => turn.status === 'running');
    for (let round = 0; round < 10; round += 1) await soon();
    expect(happened).toEqual([]);
    release();
    await eventually('the agent starts', () => happened.includes('agent starts'));
    expect(happened).toEqual(['turn.started', 'leaves the queue', 'agent starts']);
    execution.interrupt();
    await executed;
  });

  it('is interrupted in the agent when it was interrupted while its beginning was committed', async () => {
    const release = chats.database.hold();
    const executed = execution.execute(message);
    mayOpen.resolve();
    await eventually('it is to be committed', () => turn.status === 'running');
    execution.interrupt();
    release();
    await executed;
    expect(happened).toEqual([
      ...['turn.started', 'leaves the queue', 'agent starts', `agent interrupts ${AGENT_TURN}`],
      ...['released', 'turn.completed'],
    ]);
    expect(await stored()).toMatchObject({ status: 'interrupted', errorCode: null });
  });

  it('does not begin when it was interrupted while it got its thread, which it gives back', async () => {
    const executed = execution.execute(message);
    execution.interrupt();
    mayOpen.resolve();
    await executed;
    expect(happened).toEqual(['released', 'turn.completed']);
    expect(await stored()).toMatchObject({ status: 'interrupted' });
  });

  it('stays queued when the service stops while it gets its thread', async () => {
    const executed = execution.execute(message);
    execution.stop();
    mayOpen.resolve();
    await executed;
    expect(happened).toEqual(['released']);
    expect(await stored()).toMatchObject({ status: 'queued' });
  });

  it('does not run at the next start when its user has interrupted it before the service stops', async () => {
    const executed = execution.execute(message);
    execution.interrupt();
    execution.stop();
    mayOpen.resolve();
    await executed;
    expect(happened).toEqual(['released', 'turn.completed']);
    expect(await stored()).toMatchObject({ status: 'interrupted', errorCode: null });
  });

  it('fails, and gives its thread back, when its beginning cannot be recorded', async () => {
    const executed = execution.execute(message);
    // It is not queued any more: nothing of it can be stored.
    await chats.database.write((tx) => tx.update(TurnEntity, { id: turn.id }, { status: 'running' }));
    mayOpen.resolve();
    await executed;
    expect(happened).toEqual(['released', 'turn.completed']);
    expect(await stored()).toMatchObject({ status: 'failed', errorCode: 'turn_failed' });
  });

  it('fails when its thread cannot be opened', async () => {
    const executed = execution.execute(message);
    mayOpen.reject(new Error('no such model'));
    await executed;
    expect(happened).toEqual(['turn.completed']);
    expect(await stored()).toMatchObject({ status: 'failed', errorCode: 'turn_failed' });
  });
});
