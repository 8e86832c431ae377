import { textOf as contentTextOf } from '../../src/chat/dto/message.dto';
import type { ChatStateDto } from '../../src/chat/dto/chat-state.dto';
import type { MessageAcceptedDto } from '../../src/chat/dto/send-message.dto';
import { eventually } from '../support/eventually';
import { textOf } from '../support/relay-client';
import { callsReply, textReply } from '../support/scripted-reply';
import type { ScriptedRequest } from '../support/scripted-request';
import { SocketClient } from '../support/socket-client';
import type { SseClient } from '../support/sse-client';
import { promptTextOf, wordedReply } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

const PLAN = '# What to do\n\n- first this\n- then that\n';
const SLOW_PLAN = 'plan slowly';
/** What codex asks the model for a summary with. */
const isForSummary = (request: ScriptedRequest): boolean =>
  promptTextOf(request).includes('CONTEXT CHECKPOINT COMPACTION');

describe('what a user can have done beside having a message answered', () => {
  const suite = wordedSuite();
  let summaryDelayMs: number;

  beforeEach(() => {
    summaryDelayMs = 0;
    suite.model.play((request) => {
      const { lastUserText } = request;
      if (isForSummary(request)) return textReply('SUMMARY of it all', { firstDelayMs: summaryDelayMs });
      if (lastUserText === SLOW_PLAN) {
        const pieces = Array.from({ length: 500 }, (_, index) => `step${index}\n`);
        return { text: ['<proposed_plan>\n', ...pieces, '</proposed_plan>'], delayMs: 10 };
      }
      if (lastUserText.startsWith('plan')) {
        return textReply(`I have looked around.\n<proposed_plan>\n${PLAN}</proposed_plan>`);
      }
      return wordedReply(request);
    });
  });

  const command = (chatId: string, name: 'compact' | 'review', body: object = {}) =>
    suite.client.request<MessageAcceptedDto & { code?: string }>('POST', `/api/v1/chats/${chatId}/${name}`, body);

  async function accepted(chatId: string, name: 'compact' | 'review', body?: object): Promise<string> {
    const answer = await command(chatId, name, body);
    expect(answer.status).toBe(202);
    return answer.body.turnId;
  }

  const state = async (chatId: string): Promise<ChatStateDto> =>
    (await suite.client.request<ChatStateDto>('GET', `/api/v1/chats/${chatId}/state`)).body;

  /** What the model gets with the next message of the chat. */
  async function nextPrompt(chatId: string, question = `what now in ${chatId}`): Promise<string> {
    expect((await suite.client.ask(chatId, question)).turn).toMatchObject({ status: 'completed', mode: 'default' });
    const request = suite.model.requests.findLast(({ lastUserText }) => lastUserText === question);
    return request ? promptTextOf(request) : '';
  }

  /** A chat with something to sum up. */
  async function chatOfAda(): Promise<{ id: string; record: SseClient }> {
    const { id } = await suite.client.createChat();
    await suite.client.ask(id, 'my name is Ada');
    return { id, record: await suite.client.follow(id) };
  }

  const summaryAsked = (): Promise<unknown> =>
    eventually('a summary is asked for', () => suite.model.requests.some(isForSummary));

  describe('a summary', () => {
    it('takes the place of what was said in what the model sees, in a turn of its own', async () => {
      const { id, record } = await chatOfAda();
      const turnId = await accepted(id, 'compact');
      expect((await record.turnEnd(turnId)).data.turn).toMatchObject({ status: 'completed', kind: 'compaction' });
      expect(record.ofType('context.compacted').map(({ data }) => data)).toMatchObject([
        { reason: 'user', succeeded: true },
      ]);
      const prompt = await nextPrompt(id);
      expect(prompt).toContain('SUMMARY of it all');
      expect(prompt).not.toContain('You said: my name is Ada');
      expect(prompt).not.toContain('/compact');
      const shown = (await state(id)).turns.flatMap(({ messages }) => messages.map(({ message }) => textOf(message)));
      expect(shown.slice(0, 3)).toEqual(['my name is Ada', 'You said: my name is Ada', '/compact']);
      await record.close();
    });

    it('is refused where nothing was said', async () => {
      const { id } = await suite.client.createChat();
      expect(await command(id, 'compact')).toMatchObject({ status: 409, body: { code: 'nothing_to_compact' } });
      expect(await suite.client.turns(id)).toEqual([]);
    });

    it('waits for the turn that runs, is shown in the queue, and can be taken back', async () => {
      const { id, record } = await chatOfAda();
      const first = await suite.client.send(id, 'say 300 words every 10 ms');
      const [kept, removed] = [await accepted(id, 'compact'), await accepted(id, 'compact')];
      const removal = await suite.client.request('DELETE', `/api/v1/chats/${id}/queue/${removed}`);
      expect(removal.status).toBe(204);
      expect((await record.turnEnd(kept)).data.status).toBe('completed');
      const ends = record
        .ofType('turn.completed')
        .map(({ turnId, data }) => [turnId, data.status])
        .slice(1);
      expect(ends).toEqual([
        [removed, 'interrupted'],
        [first.turnId, 'completed'],
        [kept, 'completed'],
      ]);
      await record.close();
    });

    it('is asked for once under one id, which is no message’s', async () => {
      const { id, record } = await chatOfAda();
      const clientMessageId = 'mine';
      const turnId = await accepted(id, 'compact', { clientMessageId });
      expect(await accepted(id, 'compact', { clientMessageId })).toBe(turnId);
      const message = { content: '/compact', clientMessageId };
      const other = await suite.client.request('POST', `/api/v1/chats/${id}/messages`, message);
      expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
      await record.turnEnd(turnId);
      await record.close();
    });

    it('that is stopped leaves all that was said', async () => {
      summaryDelayMs = 60_000;
      const { id, record } = await chatOfAda();
      const turnId = await accepted(id, 'compact');
      await summaryAsked();
      const added = await suite.client.request('POST', `/api/v1/chats/${id}/steer`, { content: 'and this' });
      expect(added).toMatchObject({ status: 409, body: { code: 'no_running_turn' } });
      expect(await suite.client.interrupt(id)).toEqual({ turnId });
      expect((await record.turnEnd(turnId)).data.status).toBe('interrupted');
      expect(record.ofType('context.compacted')).toEqual([]);
      const prompt = await nextPrompt(id);
      expect(prompt).toContain('You said: my name is Ada');
      expect(prompt).not.toContain('/compact');
      await record.close();
    });

    it('whose process is killed fails, and the chat goes on with all that was said', async () => {
      summaryDelayMs = 60_000;
      const { id, record } = await chatOfAda();
      const turnId = await accepted(id, 'compact');
      await summaryAsked();
      process.kill((await suite.service.busyInstance()).pid, 'SIGKILL');
      expect((await record.turnEnd(turnId)).data).toMatchObject({ status: 'failed', error: { code: 'instance_lost' } });
      const prompt = await nextPrompt(id);
      expect(prompt.split('You said: my name is Ada')).toHaveLength(2);
      expect(prompt).not.toContain('/compact');
      await record.close();
    });

    it('that the model refuses fails in words, and leaves all that was said', async () => {
      const { id, record } = await chatOfAda();
      suite.model.play((request) =>
        isForSummary(request) ? { status: 400, error: { error: { message: 'not this' } } } : wordedReply(request),
      );
      const { data } = await record.turnEnd(await accepted(id, 'compact'));
      expect(data).toMatchObject({
        status: 'failed',
        error: { message: expect.stringContaining('not this') as string },
      });
      expect(await nextPrompt(id)).toContain('You said: my name is Ada');
      await record.close();
    });
  });

  describe('a plan', () => {
    it('is written instead of anything being done, is marked, and the next turn does not plan', async () => {
      const { id, record } = await chatOfAda();
      const { turn, message } = await suite.client.ask(id, { content: 'plan it', mode: 'plan' });
      expect(turn).toMatchObject({ kind: 'message', mode: 'plan', status: 'completed' });
      expect(message?.content).toEqual([{ type: 'text', text: PLAN, plan: true }]);
      await record.turnEnd(turn.id);
      const created = record.ofType('message.created').filter(({ turnId }) => turnId === turn.id);
      expect(created.map(({ data }) => data.message.content)).toEqual([
        [{ type: 'text', text: 'plan it' }],
        [],
        [{ type: 'text', text: '', plan: true }],
      ]);
      const shown = (await state(id)).turns.at(-1);
      expect(shown?.turn.mode).toBe('plan');
      expect(shown?.messages.map(({ message: { content } }) => contentTextOf(content))).toEqual([
        ...['plan it', 'I have looked around.\n', PLAN],
      ]);
      expect(promptTextOf(requestOf('plan it'))).toContain('# Plan Mode');

      const prompt = await nextPrompt(id, 'plan and do it');
      expect(prompt.lastIndexOf('You are now in Default mode')).toBeGreaterThan(prompt.lastIndexOf('# Plan Mode'));
      const answers = (await suite.client.messages(id)).slice(-1);
      expect(answers.map(textOf)).toEqual([`I have looked around.\n<proposed_plan>\n${PLAN}</proposed_plan>`]);
      await record.close();
    });

    it('may ask before it is written, and is written with the answer', async () => {
      const { id, record } = await chatOfAda();
      suite.model.play((request) => {
        if (request.lastUserText !== 'plan by asking') return wordedReply(request);
        const options = ['Rome', 'Oslo'].map((label) => ({ label, description: `To ${label}.` }));
        const questions = [{ id: 'where', header: 'Where', question: 'Where to?', options }];
        if (!request.answersTool) return callsReply([{ name: 'request_user_input', arguments: { questions } }]);
        const answered = JSON.stringify(request.messages.at(-1)).includes('Oslo') ? 'Oslo' : 'nowhere';
        return textReply(`<proposed_plan>\nTo ${answered}.\n</proposed_plan>`);
      });
      const { turnId } = await suite.client.send(id, { content: 'plan by asking', mode: 'plan' });
      const { data } = await record.first('approval.requested');
      expect(data.approval).toMatchObject({ kind: 'user_input', turnId });
      const answer = { decision: 'answer', answers: { where: ['Oslo'] } };
      await suite.client.request('POST', `/api/v1/approvals/${data.approval.id}`, answer);
      await record.turnEnd(turnId);
      expect(textOf((await suite.client.messages(id)).at(-1))).toBe('To Oslo.\n');
      await record.close();
    });

    it('can be asked for over Socket.IO, and nothing else than the modes that there are', async () => {
      const { id } = await suite.client.createChat();
      const socket = await SocketClient.connect(suite.service.url);
      await socket.join(id, 0);
      const sent = await socket.call('message:send', { chatId: id, content: 'plan', mode: 'plan' });
      expect(sent).toMatchObject({ ok: true });
      await socket.turnEnd(String((sent as { turnId?: string }).turnId));
      expect(textOf((await suite.client.messages(id)).at(-1))).toBe(PLAN);
      const odd = await socket.call('message:send', { chatId: id, content: 'plan', mode: 'yolo' });
      expect(odd).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
      socket.close();
    });

    it('under one id is no message that is to be done', async () => {
      const { id } = await suite.client.createChat();
      const message = { content: 'plan', clientMessageId: 'mine' };
      const { turnId } = await suite.client.send(id, { ...message, mode: 'plan' });
      expect(await suite.client.send(id, { ...message, mode: 'plan' })).toMatchObject({ turnId });
      const other = await suite.client.request('POST', `/api/v1/chats/${id}/messages`, message);
      expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    });

    it('that is stopped stays as far as it was shown, and the model is told of it', async () => {
      const { id, record } = await chatOfAda();
      const { turnId } = await suite.client.send(id, { content: SLOW_PLAN, mode: 'plan' });
      await record.until('text of the plan', () => record.publishedText.includes('step20\n'));
      await suite.client.interrupt(id);
      expect((await record.turnEnd(turnId)).data.status).toBe('interrupted');
      const message = (await suite.client.messages(id)).at(-1);
      expect(message).toMatchObject({ status: 'partial', content: [{ plan: true }] });
      expect(textOf(message)).toContain('step20\n');
      expect((await nextPrompt(id)).split('step20\\n')).toHaveLength(2);
      await record.close();
    });
  });

  const requestOf = (text: string): ScriptedRequest => {
    const request = suite.model.requests.findLast(({ lastUserText }) => lastUserText === text);
    if (!request) throw new Error(`the model was not asked "${text}"`);
    return request;
  };

  describe('a review', () => {
    it('is a turn: the agent is told what a review is, and its message is the report', async () => {
      const { id, record } = await chatOfAda();
      const turnId = await accepted(id, 'review', {
        target: 'branch',
        branch: 'main',
        instructions: 'Mind the locks.',
      });
      expect((await record.turnEnd(turnId)).data.turn).toMatchObject({ status: 'completed', kind: 'review' });
      const messages = (await suite.client.messages(id)).slice(-2);
      expect(messages.map(textOf)).toEqual([
        ...['Review the changes since the branch `main`.\n\nMind the locks.', 'You said: Mind the locks.'],
      ]);
      const prompt = promptTextOf(requestOf('Mind the locks.'));
      expect(prompt).toContain('Change no file, and commit nothing');
      expect((await record.turnEnd(turnId)).data.usage.totalTokens).toBeGreaterThan(0);
      await record.close();
    });

    it.each([{ target: 'branch' }, { target: 'commit' }, { target: 'custom' }, { target: 'everything' }, {}])(
      'that does not say what it is of is refused: %j',
      async (body) => {
        const { id } = await suite.client.createChat();
        expect(await command(id, 'review', body)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
        expect(await suite.client.turns(id)).toEqual([]);
      },
    );
  });

  it('goes on after the service was killed: what ran is ended once, and what was said is there', async () => {
    summaryDelayMs = 60_000;
    const compacted = await chatOfAda();
    const summary = await accepted(compacted.id, 'compact');
    await summaryAsked();
    const planned = await chatOfAda();
    const plan = await suite.client.send(planned.id, { content: SLOW_PLAN, mode: 'plan' });
    await planned.record.until('text of the plan', () => planned.record.publishedText.includes('step20\n'));
    await suite.service.kill();
    await Promise.all([compacted.record.ended, planned.record.ended]);
    await suite.service.restart();
    for (const [{ id }, turnId] of [[compacted, summary] as const, [planned, plan.turnId] as const]) {
      const turn = (await suite.client.turns(id)).find((each) => each.id === turnId);
      expect(turn).toMatchObject({ status: 'interrupted', error: { code: 'service_restarted' } });
    }
    const message = (await suite.client.messages(planned.id)).at(-1);
    expect(message).toMatchObject({ status: 'partial', content: [{ plan: true }] });
    const [afterSummary, afterPlan] = [await nextPrompt(compacted.id), await nextPrompt(planned.id)];
    expect(afterSummary.split('You said: my name is Ada')).toHaveLength(2);
    expect(afterSummary).not.toContain('/compact');
    expect(afterPlan.split('step20\\n')).toHaveLength(2);
    expect(afterPlan.lastIndexOf('Default mode')).toBeGreaterThanOrEqual(afterPlan.lastIndexOf('# Plan Mode'));
  });
});
