import { newId } from '../../../src/common/ids';
import { now } from '../../../src/common/clock';
import { insert, update } from '../../../src/database/rows';
import { ApprovalRules } from '../../../src/chat/approvals/approval-rules';
import { ApprovalRuleEntity } from '../../../src/chat/entities/approval-rule.entity';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { ChatFixture } from '../../support/chat-fixture';
import { questionOf } from '../../support/fake-agent';

describe('the rules of a chat', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let rules: ApprovalRules;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    rules = new ApprovalRules(chats.database, chats.log);
  });
  afterEach(() => chats.close());

  async function addRules(...prefixes: string[][]): Promise<string[]> {
    const common = { userId: chat.userId, chatId: chat.id, approvalId: 'approval', createdAt: now() };
    const rows = prefixes.map((prefix, seq): ApprovalRuleEntity => ({ id: newId(), seq, prefix, ...common }));
    await chats.database.write(insert(ApprovalRuleEntity, rows));
    return rows.map(({ id }) => id);
  }
  const allowing = async (...commands: string[][]): Promise<string[]> =>
    (await rules.allowing({ chatId: chat.id, userId: chat.userId }, commands)).map(({ id }) => id);

  it('allow nothing in the turns of somebody else who talks in the same chat', async () => {
    await addRules(['touch', 'a']);
    expect(await rules.allowing({ chatId: chat.id, userId: 'somebody-else' }, [['touch', 'a']])).toEqual([]);
  });

  it('allow a line when each program in it begins as one of them says', async () => {
    const [touch, status] = await addRules(['touch', 'a'], ['git', 'status']);
    expect(await allowing(['touch', 'a', 'b'])).toEqual([touch]);
    expect(await allowing(['git', 'status'], ['touch', 'a'], ['git', 'status', '-s'])).toEqual([status, touch]);
    expect(await allowing(['touch', 'ab'])).toEqual([]);
    expect(await allowing(['touch', 'a'], ['rm', 'b'])).toEqual([]);
  });

  it.each([{ approvalPolicy: 'never' as const }, { sandboxMode: 'read-only' as const }])(
    'give way to the policy of the chat (%j)',
    async (change) => {
      await addRules(['touch']);
      await chats.database.write(update(ChatEntity, { id: chat.id }, change));
      expect(await allowing(['touch', 'a'])).toEqual([]);
    },
  );

  it('are at most 100: the answer that would make another is refused, and the question stays open', async () => {
    await addRules(...Array.from({ length: 100 }, (_, index) => ['echo', String(index)]));
    const { turn } = await chats.addTurn(chat, { status: 'running' });
    const rule = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['touch'] } };
    const question = questionOf({ decisions: ['accept', rule], commands: [['touch', 'a']] });
    const responses: unknown[] = [];
    const respond = (response: unknown): void => void responses.push(response);
    const entry = chats.approvals.request(turn, { question, itemId: null, heedsRules: true, respond });
    await chats.log.append({ chatId: chat.id, userId: chat.userId }, entry, 'refuse');
    const [event] = entry.events;
    const id = event?.type === 'approval.requested' ? event.data.approval.id : '';
    const user = { id: chat.userId, displayName: 'Ada' };
    await expect(chats.approvals.answer(user, id, rule)).rejects.toMatchObject({ code: 'too_many_approval_rules' });
    expect([responses, chats.approvals.waits(turn.id)]).toEqual([[], true]);
    await chats.approvals.answer(user, id, 'accept');
    expect(responses).toEqual([{ decision: 'accept' }]);
  });
});
