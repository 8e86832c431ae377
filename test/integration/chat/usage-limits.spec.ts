import { countUsage } from '../../../src/access/limits/usage-counters';
import type { LimitName } from '../../../src/access/limits/limit-reached';
import { personalProjectId } from '../../../src/access/personal-project';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { ProjectMemberEntity } from '../../../src/access/project-member.entity';
import { now } from '../../../src/common/clock';
import { newId } from '../../../src/common/ids';
import { insert } from '../../../src/database/rows';
import { RepositoryEntity } from '../../../src/repositories/repository.entity';
import { ChatFixture } from '../../support/chat-fixture';

const ADA = { id: 'ada', isAdmin: false };

describe('a message beyond a limit of its author', () => {
  let chats: ChatFixture;

  beforeEach(async () => {
    chats = await ChatFixture.open();
  });
  afterEach(() => chats.close());

  const set = (limits: Partial<Record<LimitName, number>>) => chats.limitSettings.change('user', ADA.id, limits);

  /** Sends so many messages at once, each to a chat of its own. */
  async function sendAtOnce(count: number): Promise<(string | undefined)[]> {
    const intake = chats.intakeOn(chats.scheduler);
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) ids.push((await chats.addChat(ADA.id)).id);
    const sent = await Promise.allSettled(ids.map((id) => intake.accept(ADA, id, { content: 'hello' })));
    return sent.map((each) => (each.status === 'fulfilled' ? 'accepted' : (each.reason as { limit?: string }).limit));
  }

  it('is refused although it comes in the same moment as those that fill the limit', async () => {
    await set({ turns_at_once: 2 });
    const outcomes = await sendAtOnce(5);
    expect(outcomes.toSorted()).toEqual(['accepted', 'accepted', ...Array<string>(3).fill('turns_at_once')]);
    expect(await chats.database.read.countBy(MessageEntity, { role: 'user' })).toBe(2);
    expect(chats.queue.length).toBe(2);
  });

  it('is refused for no other reason than the limit, however many come at once', async () => {
    await set({ turns_at_once: 20 });
    const outcomes = await sendAtOnce(40);
    expect(outcomes.toSorted()).toEqual([
      ...Array<string>(20).fill('accepted'),
      ...Array<string>(20).fill('turns_at_once'),
    ]);
  });

  it('is refused with the time after which a minute has room again', async () => {
    await set({ turns_per_minute: 1 });
    await sendAtOnce(1);
    const intake = chats.intakeOn(chats.scheduler);
    const { id } = await chats.addChat(ADA.id);
    await expect(intake.accept(ADA, id, { content: 'again' })).rejects.toMatchObject({
      ...{ status: 429, code: 'limit_reached', limit: 'turns_per_minute' },
    });
    await expect(intake.accept(ADA, id, { content: 'again' })).rejects.toHaveProperty('retryAfterSeconds', 60);
  });

  it.each(['tokens_per_day', 'tokens_per_month', 'cost_per_day', 'cost_per_month'] as const)(
    'is refused when %s are spent, and not before',
    async (limit) => {
      await set({ [limit]: 100 });
      const call = { at: now(), userId: ADA.id, chatId: null, tokens: 50, costMicros: 50 };
      await chats.database.write((tx) => countUsage(tx, [call]));
      expect(await sendAtOnce(1)).toEqual(['accepted']);
      await chats.database.write((tx) => countUsage(tx, [call]));
      expect(await sendAtOnce(1)).toEqual([limit]);
    },
  );

  it('is refused when the project has used up what it may, whoever used it', async () => {
    const project = personalProjectId(ADA.id);
    const { id: chatId } = await chats.addChat(ADA.id);
    await chats.limitSettings.change('project', project, { tokens_per_day: 10 });
    const call = { at: now(), userId: 'default', chatId, tokens: 10, costMicros: 0 };
    await chats.addChat('default');
    await chats.database.write((tx) => countUsage(tx, [call]));
    expect(await sendAtOnce(1)).toEqual(['tokens_per_day']);
  });

  it('is refused when copies of repositories take all storage of the first owner of their project', async () => {
    const projectId = personalProjectId(ADA.id);
    await chats.addChat(ADA.id);
    await chats.addChat('ben');
    const member = { projectId, userId: 'ben', role: 'owner', createdAt: '2999-01-01T00:00:00.000Z' } as const;
    await chats.database.write(insert(ProjectMemberEntity, { id: newId(), ...member }));
    const none = {
      baseBranch: null,
      ciphertext: null,
      publicKey: null,
      knownHosts: null,
      fetchedAt: null,
      fault: null,
    };
    const times = { createdAt: now(), updatedAt: now() };
    const repository = {
      id: newId(),
      projectId,
      url: 'https://example.com/',
      auth: 'none',
      ...none,
      ...times,
    } as const;
    await chats.database.write(insert(RepositoryEntity, { ...repository, mirrorBytes: 5_000 }));
    const used = async (kind: 'user' | 'project', id: string) =>
      (await chats.limits.view(kind, id)).find(({ limit }) => limit === 'storage')?.used;
    expect([await used('user', ADA.id), await used('user', 'ben'), await used('project', projectId)]).toEqual([
      ...[5_000, 0, 5_000],
    ]);
    await set({ storage: 5_000 });
    expect(await sendAtOnce(1)).toEqual(['storage']);
    await set({ storage: 5_001 });
    expect(await sendAtOnce(1)).toEqual(['accepted']);
  });

  it('is accepted again when an administrator has taken the limit away', async () => {
    await set({ turns_at_once: 1 });
    expect((await sendAtOnce(2)).toSorted()).toEqual(['accepted', 'turns_at_once']);
    await set({ turns_at_once: 0 });
    expect(await sendAtOnce(2)).toEqual(['accepted', 'accepted']);
  });

  it('is told with how much is used', async () => {
    await set({ turns_at_once: 3 });
    await sendAtOnce(2);
    expect(await chats.limits.view('user', ADA.id)).toContainEqual({
      ...{ limit: 'turns_at_once', maximum: 3, used: 2, resetsAt: null, isDefault: false },
    });
  });
});
