import { update } from '../../../src/database/rows';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import type { TurnControl } from '../../../src/chat/turn-control';
import type { AgentTurn } from '../../../src/app-server/agent/agent-turn';
import { AgentRefusedError, AgentUnansweredError } from '../../../src/app-server/agent/agent.errors';
import { InstanceLostError } from '../../../src/app-server/pool/pool.errors';
import { ChatFixture } from '../../support/chat-fixture';
import { eventually } from '../../support/eventually';

const USER = { id: 'default', isAdmin: false };

const recordOf = (id: string): AgentTurn => ({
  ...{ id: 'turn', status: 'failed', failure: null, texts: [], plans: [] },
  userMessages: [{ id, content: [{ type: 'text', text: 'more' }] }],
});

describe('an interrupt', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let control: TurnControl;
  let mayOpen: PromiseWithResolvers<void>;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    await chats.database.write(update(ChatEntity, { id: chat.id }, { codexThreadId: 'thread' }));
    control = chats.controlOn(chats.scheduler);
    mayOpen = Promise.withResolvers();
    const { agent } = chats;
    agent.onOpen = ({ signal }) =>
      Promise.race([
        mayOpen.promise.then(() => agent.thread),
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
      ]);
    agent.thread.onInterrupt = () => Promise.resolve(agent.thread.end('interrupted'));
    await chats.scheduler.open();
  });
  afterEach(async () => {
    await chats.scheduler.stop(0);
    await chats.close();
  });

  const send = async (): Promise<string> => {
    const { turnId } = await chats.intakeOn(chats.scheduler).accept(USER, chat.id, { content: 'hello' });
    await eventually('it is next', () => chats.agent.opened.length === 1);
    return turnId;
  };
  const statusOf = async (id: string) => (await chats.database.read.findOneByOrFail(TurnEntity, { id })).status;

  it('of no turn ends the commands that earlier turns have left', async () => {
    expect(await control.interrupt(USER, chat.id)).toBeNull();
    expect(chats.agent.commandsEnded).toEqual(['thread']);
  });

  it('of a turn that runs leaves the commands to it, which ends them itself', async () => {
    const turnId = await send();
    mayOpen.resolve();
    await eventually('it runs', () => chats.happened.includes('agent starts'));
    expect(await control.interrupt(USER, chat.id)).toBe(turnId);
    await eventually('it ends', async () => (await statusOf(turnId)) === 'interrupted');
    expect(chats.agent.commandsEnded).toEqual([]);
  });

  it('of a turn that waits is answered when its end is stored, so that no crash lets it begin', async () => {
    const turnId = await send();
    const release = chats.database.hold();
    const answered = jest.fn();
    const interrupted = control.interrupt(USER, chat.id).then(answered);
    for (let round = 0; round < 20; round += 1) await new Promise(setImmediate);
    expect(answered).not.toHaveBeenCalled();
    release();
    await interrupted;
    expect(answered).toHaveBeenCalledWith(turnId);
    expect([await statusOf(turnId), chats.agent.commandsEnded]).toEqual(['interrupted', ['thread']]);
  });

  it('is no steering: a message for a turn that does not run, or that the agent refuses, is refused and not stored', async () => {
    const code = 'no_running_turn';
    await expect(control.steer(USER, chat.id, 'more')).rejects.toMatchObject({ code });
    await send();
    mayOpen.resolve();
    await eventually('it runs', () => chats.happened.includes('agent starts'));
    chats.agent.thread.onSteer = () => Promise.reject(new AgentRefusedError('it has ended'));
    await expect(control.steer(USER, chat.id, 'more')).rejects.toMatchObject({ code });
    chats.agent.thread.onSteer = () => Promise.resolve();
    await expect(control.steer(USER, chat.id, 'more')).resolves.toMatchObject({
      messageId: expect.any(String) as string,
    });
    expect(chats.happened.filter((type) => type === 'message.created')).toHaveLength(2);
  });

  it('is no steering: a message whose process dies is stored if the agent has it, and else told to be unconfirmed', async () => {
    await send();
    mayOpen.resolve();
    await eventually('it runs', () => chats.happened.includes('agent starts'));
    const { agent } = chats;
    let taken = '';
    for (const failure of [new InstanceLostError('codex-1', 'killed'), new AgentUnansweredError('too late')]) {
      agent.thread.onSteer = ({ id }) => {
        taken = id;
        return Promise.reject(failure);
      };
      agent.onLastTurn = () => Promise.resolve(recordOf(taken));
      expect((await control.steer(USER, chat.id, 'more')).messageId).toBe(taken);
      for (const last of [() => Promise.resolve(recordOf('another')), () => Promise.reject(failure)]) {
        agent.onLastTurn = last;
        const refusal = { status: 503, code: 'message_unconfirmed' };
        await expect(control.steer(USER, chat.id, 'more')).rejects.toMatchObject(refusal);
      }
    }
    expect(chats.happened.filter((type) => type === 'message.created')).toHaveLength(3);
  });
});
