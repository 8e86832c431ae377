import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEntryDto } from '../../src/admin/audit/audit.dto';
import type { ApprovalRuleDto } from '../../src/chat/dto/approval-rule.dto';
import type { ApprovalDto } from '../../src/chat/dto/approval.dto';
import type { QueueDto } from '../../src/chat/dto/queue.dto';
import type { Page } from '../../src/database/page';
import { eventually } from '../support/eventually';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { SocketClient } from '../support/socket-client';
import type { SseClient } from '../support/sse-client';

const rulesOf = (chatId: string): string => `/api/v1/chats/${chatId}/approval-rules`;

interface Asked {
  readonly chatId: string;
  readonly turnId: string;
  readonly approval: ApprovalDto;
  /** What the command makes when it is allowed to run. */
  readonly file: string;
  readonly record: SseClient;
}

describe('an approval', () => {
  let service: RelayService;
  let client: RelayClient;
  let count = 0;
  const open: SseClient[] = [];

  beforeAll(async () => {
    service = await RelayService.start();
    client = service.client;
  });
  afterAll(async () => {
    await Promise.all(open.map((record) => record.close()));
    await service?.dispose();
  });

  async function ask(): Promise<Asked> {
    const { id: chatId } = await client.createChat();
    const file = join(service.dataRoot, `approved-${++count}`);
    const record = await client.follow(chatId);
    open.push(record);
    const { turnId } = await client.send(chatId, `approve: touch ${file}`);
    const { data } = await record.first('approval.requested');
    return { chatId, turnId, file, record, approval: data.approval };
  }

  it('is asked for with the command and the offered decisions, and listed while it is open', async () => {
    const { chatId, turnId, approval, file, record } = await ask();
    expect(approval).toMatchObject({
      ...{ chatId, turnId, kind: 'command', status: 'pending', decision: null, resolvedAt: null },
      request: { cwd: '.', reason: `May I run \`touch ${file}\` outside the sandbox?` },
    });
    expect(String(approval.request.command)).toContain(`touch ${file}`);
    const line = `touch ${file}`;
    expect(approval.request).toMatchObject({
      ...{ argv: ['/bin/bash', '-c', line], shell: '/bin/bash -c', isInside: true },
      line: { text: line, length: line.length, marks: [], markCount: 0 },
    });
    expect(approval.decisions).toEqual(expect.arrayContaining(['accept', 'cancel']));
    expect(await client.approvals(chatId)).toEqual([approval]);
    expect((await client.chat(chatId)).status).toBe('waiting_for_approval');
    const items = record.ofType('item.started').map(({ data }) => data.item.id);
    expect(items).toContain(approval.itemId);
    await client.interrupt(chatId);
    await record.turnEnd(turnId);
  });

  it('says what it grants: where the command runs, whether with the network, and what each decision comes to', async () => {
    const { chatId, turnId, approval, file, record } = await ask();
    const how = 'outside of the sandbox, with the network';
    expect(approval.request.grants).toEqual({ sandbox: 'outside', network: true, text: how });
    const rule = { text: `touch ${file}`, marks: [] };
    expect(approval.choices).toMatchObject([
      { decision: 'accept', effect: 'allow', lasts: 'once', stops: false, rule: null, text: `Run it once, ${how}.` },
      {
        effect: 'allow',
        lasts: 'chat',
        stops: false,
        rule,
        text: expect.stringContaining(`\`touch ${file}\``) as string,
      },
      { decision: 'decline', effect: 'refuse', lasts: 'once', stops: false, takesMessage: true },
      { decision: 'cancel', effect: 'refuse', lasts: 'once', stops: true, takesMessage: false },
    ]);
    expect(approval.choices.map(({ decision }) => decision)).toEqual(approval.decisions);
    expect(approval.display).toMatchObject({
      ...{ cwd: { text: '.', marks: [] }, reason: { text: `May I run \`touch ${file}\` outside the sandbox?` } },
      argv: { text: JSON.stringify(['/bin/bash', '-c', `touch ${file}`], null, 2) },
    });
    await client.interrupt(chatId);
    await record.turnEnd(turnId);
  });

  it('shows what hides in a reason, and in the words of a command', async () => {
    const { id: chatId } = await client.createChat();
    const record = await client.follow(chatId);
    open.push(record);
    const { turnId } = await client.send(chatId, 'approve: echo \u202etxt.exe\u200b');
    const { approval } = (await record.first('approval.requested')).data;
    expect(approval.display.reason).toMatchObject({
      text: expect.stringContaining('echo ⟨U+202E⟩txt.exe⟨U+200B⟩') as string,
      marks: [{ kind: 'direction' }, { kind: 'zero_width' }],
    });
    expect(approval.display.argv?.text).toContain('⟨U+202E⟩');
    await client.interrupt(chatId);
    await record.turnEnd(turnId);
  });

  it('is refused by decline: the command does not run, and the agent goes on, told what the refusal says', async () => {
    const [plain, told] = [await ask(), await ask()];
    expect((await client.answer(plain.approval.id, 'decline')).status).toBe(200);
    expect((await plain.record.turnEnd(plain.turnId)).data.status).toBe('completed');
    expect(existsSync(plain.file)).toBe(false);

    const path = `/api/v1/approvals/${told.approval.id}`;
    for (const decision of ['accept', 'cancel']) {
      const refused = await client.request('POST', path, { decision, message: 'no' });
      expect(refused).toMatchObject({ status: 400, body: { code: 'decision_takes_no_message' } });
    }
    const message = 'write: told.txt instead';
    expect((await client.request('POST', path, { decision: 'decline', message })).status).toBe(200);
    expect((await told.record.turnEnd(told.turnId)).data.status).toBe('completed');
    expect(existsSync(told.file)).toBe(false);
    // The model has had it in the same turn: it has done what that says.
    const written = await client.request<string>('GET', `/api/v1/chats/${told.chatId}/workspace/file?path=told.txt`);
    expect([written.status, String(written.body).trim()]).toEqual([200, 'instead']);
    const users = (await client.messages(told.chatId)).filter(({ role }) => role === 'user');
    expect(users.map(({ turnId }) => turnId)).toEqual([told.turnId, told.turnId]);
    expect((await client.request('POST', path, { decision: 'decline', message })).body).toMatchObject({
      code: 'approval_already_resolved',
    });
    expect(await client.turns(told.chatId)).toHaveLength(1);
  });

  it('holds up what is sent meanwhile, which says so', async () => {
    const { chatId, turnId, approval, record } = await ask();
    const waiting = await client.send(chatId, 'and then');
    expect(waiting.waitsFor).toMatchObject({ reason: 'approval', approvalId: approval.id, turnId });
    const { body } = await client.request<QueueDto>('GET', `/api/v1/chats/${chatId}/queue`);
    expect(body.items).toMatchObject([
      { turnId: waiting.turnId, waitsFor: { reason: 'approval', approvalId: approval.id } },
    ]);
    await client.answer(approval.id, 'decline');
    expect((await record.turnEnd(waiting.turnId)).data.status).toBe('completed');
  });

  it('lets the command run when it is accepted, and can be answered once', async () => {
    const { chatId, turnId, approval, file, record } = await ask();
    const answers = await Promise.all([1, 2, 3].map(() => client.answer(approval.id, 'accept')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const codes = answers.filter(({ status }) => status === 409).map(({ body }) => body.code);
    expect(codes).toEqual(['approval_already_resolved', 'approval_already_resolved']);
    expect(answers.find(({ status }) => status === 200)?.body).toMatchObject({
      status: 'resolved',
      decision: 'accept',
    });

    expect((await record.turnEnd(turnId)).data.status).toBe('completed');
    expect(existsSync(file)).toBe(true);
    expect((await client.answer(approval.id, 'cancel')).body).toMatchObject({ code: 'approval_already_resolved' });
    expect(await client.approvals(chatId)).toEqual([]);
    expect(record.ofType('approval.resolved')).toHaveLength(1);
  });

  it('is refused by cancel: the command does not run and the turn ends', async () => {
    const { turnId, approval, file, record } = await ask();
    expect((await client.answer(approval.id, 'cancel')).status).toBe(200);
    expect((await record.turnEnd(turnId)).data.status).toBe('interrupted');
    expect(existsSync(file)).toBe(false);
    const [action] = record.ofType('item.completed').filter(({ data }) => data.item.kind === 'command');
    expect(action?.data.item.status).toMatch(/^(declined|interrupted|failed)$/);
  });

  it('can be answered by a client that joined later, over Socket.IO', async () => {
    const { chatId, turnId, approval, file, record } = await ask();
    const other = await SocketClient.connect(service.url);
    await other.join(chatId, 0);
    expect((await other.first('approval.requested')).data.approval).toEqual(approval);
    const answer = await other.call('approval:respond', { approvalId: approval.id, decision: 'accept' });
    expect(answer).toMatchObject({ ok: true, approval: { id: approval.id, status: 'resolved' } });
    expect(await other.call('approval:respond', { approvalId: approval.id, decision: 'accept' })).toMatchObject({
      ...{ ok: false, error: { code: 'approval_already_resolved' } },
    });
    await Promise.all([record.turnEnd(turnId), other.turnEnd(turnId)]);
    expect(existsSync(file)).toBe(true);
    other.close();
    const path = '/api/v1/admin/audit?action=approval.answered';
    const entry = await eventually('it is in the audit log', async () =>
      (await client.request<Page<AuditEntryDto>>('GET', path)).body.data.find(({ targetId }) => targetId === chatId),
    );
    expect(entry).toMatchObject({ address: '127.0.0.1', requestId: expect.any(String) as string });
  });

  it('takes no decision that is not offered, and stays open then', async () => {
    const { chatId, turnId, approval, record } = await ask();
    expect(await client.answer(approval.id, 'whatever')).toMatchObject({
      ...{ status: 400, body: { code: 'decision_not_offered' } },
    });
    expect((await client.approvals(chatId)).map(({ id }) => id)).toEqual([approval.id]);
    expect((await client.answer(approval.id, 'accept')).status).toBe(200);
    expect((await record.turnEnd(turnId)).data.status).toBe('completed');
  });

  it('ends with its turn when that is interrupted', async () => {
    const { chatId, turnId, approval, file, record } = await ask();
    await client.interrupt(chatId);
    expect((await record.turnEnd(turnId)).data.status).toBe('interrupted');
    const [resolved] = record.ofType('approval.resolved');
    expect(resolved?.data.approval).toMatchObject({ id: approval.id, status: 'canceled', decision: null });
    expect((await client.answer(approval.id, 'accept')).status).toBe(409);
    expect(existsSync(file)).toBe(false);
  });

  it('that is answered with a rule makes it for its chat alone, listed, withdrawn, and never above read-only', async () => {
    const [first, other] = [await ask(), await ask()];
    const rules = (chatId: string) => client.request<Page<ApprovalRuleDto>>('GET', `${rulesOf(chatId)}?limit=500`);
    const RULE = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['touch', first.file] } };
    expect(first.approval.decisions).toContainEqual(RULE);
    await client.answer(first.approval.id, 'acceptWithExecpolicyAmendment');
    await first.record.turnEnd(first.turnId);
    expect(existsSync(first.file)).toBe(true);
    const [rule] = (await rules(first.chatId)).body.data;
    expect(rule).toMatchObject({ chatId: first.chatId, prefix: ['touch', first.file], approvalId: first.approval.id });
    expect(first.record.ofType('approval_rule.created').map(({ data }) => data.rule)).toEqual([rule]);

    // Another chat in the same process is asked as before; the log shows here that a rule has answered.
    expect((await rules(other.chatId)).body.data).toEqual([]);
    await client.answer(other.approval.id, 'cancel');
    const again = await client.askStreaming(first.chatId, `approve: touch ${first.file} ${first.file}-2`);
    await again.ended;
    expect(again.ofType('approval.requested')).toHaveLength(1);
    expect(again.ofType('approval.resolved').map(({ data }) => data.approval)).toMatchObject([
      { status: 'resolved', decision: 'accept', ruleIds: [rule?.id] },
    ]);
    expect(existsSync(`${first.file}-2`)).toBe(true);
    const another = await client.askStreaming(other.chatId, `approve: touch ${first.file} ${other.file}`);
    await client.answer((await another.first('approval.requested')).data.approval.id, 'cancel');
    await another.ended;
    expect(existsSync(other.file)).toBe(false);

    const asks = async (): Promise<unknown> => {
      const stream = await client.askStreaming(first.chatId, `approve: touch ${first.file} ${first.file}-3`);
      const { approval } = (await stream.first('approval.requested')).data;
      await client.answer(approval.id, 'cancel');
      await stream.ended;
      return stream.ofType('approval.resolved').map(({ data }) => data.approval.ruleIds);
    };
    await client.request('PUT', `/api/v1/chats/${first.chatId}`, { sandboxMode: 'read-only' });
    expect(await asks()).toEqual([null]);
    await client.request('PUT', `/api/v1/chats/${first.chatId}`, { sandboxMode: 'workspace-write' });
    const path = `${rulesOf(first.chatId)}/${rule?.id}`;
    expect((await client.request('DELETE', `${rulesOf(other.chatId)}/${rule?.id}`)).status).toBe(404);
    expect((await client.request('DELETE', path)).status).toBe(204);
    expect(await client.request('DELETE', path)).toMatchObject({
      status: 404,
      body: { code: 'approval_rule_not_found' },
    });
    expect(await asks()).toEqual([null]);
    expect(first.record.ofType('approval_rule.deleted').map(({ data }) => data.rule)).toEqual([rule]);
    expect(existsSync(`${first.file}-3`)).toBe(false);
    expect(existsSync(join(service.dataRoot, 'codex_home', 'rules', 'default.rules'))).toBe(false);
  });

  it('goes to the process that asked, though another asks under the same number', async () => {
    const [allowed, denied] = [await ask(), await ask()];
    const { instances } = await service.health();
    expect(instances.map(({ turns }) => turns)).toEqual([1, 1]);
    await client.answer(allowed.approval.id, 'accept');
    expect((await allowed.record.turnEnd(allowed.turnId)).data.status).toBe('completed');
    expect([existsSync(allowed.file), existsSync(denied.file)]).toEqual([true, false]);
    expect((await client.approvals(denied.chatId)).map(({ id }) => id)).toEqual([denied.approval.id]);
    await client.answer(denied.approval.id, 'cancel');
    await denied.record.turnEnd(denied.turnId);
    expect(existsSync(denied.file)).toBe(false);
  });

  it('ends with the app-server that asked, and the chat goes on', async () => {
    const { chatId, turnId, approval, file, record } = await ask();
    process.kill((await service.busyInstance()).pid, 'SIGKILL');
    expect((await record.turnEnd(turnId)).data).toMatchObject({ status: 'failed', error: { code: 'instance_lost' } });
    expect(record.ofType('approval.resolved').map(({ data }) => data.approval.status)).toEqual(['canceled']);
    expect((await client.answer(approval.id, 'accept')).status).toBe(409);
    expect((await client.ask(chatId, 'hello')).turn.status).toBe('completed');
    expect(record.ofType('approval.requested')).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
  });

  it('ends with the service, and its turn too', async () => {
    const { chatId, turnId, approval, file } = await ask();
    await service.kill();
    await service.restart();
    client = service.client;
    expect((await client.turns(chatId)).map(({ id, status }) => [id, status])).toEqual([[turnId, 'interrupted']]);
    expect(await client.approvals(chatId)).toEqual([]);
    expect((await client.answer(approval.id, 'accept')).body.code).toBe('approval_already_resolved');
    expect(existsSync(file)).toBe(false);
  });
});

describe('an approval that nobody answers', () => {
  let service: RelayService;

  beforeAll(async () => {
    service = await RelayService.start({ environment: { APPROVAL_TIMEOUT_SECONDS: '1' } });
  });
  afterAll(() => service?.dispose());

  it('expires as a refusal', async () => {
    const { client } = service;
    const { id } = await client.createChat();
    const file = join(service.dataRoot, 'approved');
    const turn = await client.askStreaming(id, `approve: touch ${file}`);
    const resolved = await turn.first('approval.resolved');
    expect(resolved.data.approval.status).toBe('expired');
    await turn.ended;
    expect(turn.ofType('turn.completed')).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
  });
});
