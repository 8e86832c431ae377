import {
  AbstractChat,
  type ChatState,
  DefaultChatTransport,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  type UIMessage,
} from 'ai';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { type RelayClient, textOf } from '../support/relay-client';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { deltasReply, textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';

/** What `useChat` keeps, without a page. */
class PlainState implements ChatState<UIMessage> {
  status: ChatState<UIMessage>['status'] = 'ready';
  error: Error | undefined;

  constructor(public messages: UIMessage[] = []) {}

  pushMessage = (message: UIMessage): void => void (this.messages = [...this.messages, message]);
  popMessage = (): void => void (this.messages = this.messages.slice(0, -1));
  replaceMessage = (index: number, message: UIMessage): void =>
    void (this.messages = this.messages.with(index, message));
  snapshot = <T>(value: T): T => structuredClone(value);
}

class PlainChat extends AbstractChat<UIMessage> {
  constructor(api: string, messages: UIMessage[] = []) {
    super({
      ...{ id: 'a-page', state: new PlainState(messages), transport: new DefaultChatTransport({ api }) },
      sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
    });
  }

  /** Parts of the last message, without the marks of steps. */
  get parts(): UIMessage['parts'] {
    return (this.lastMessage?.parts ?? []).filter(({ type }) => type !== 'step-start');
  }

  get text(): string {
    return this.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  }
}

describe('the UI message stream of the AI SDK', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let relay: RelayClient;

  const apiOf = (chatId: string): string => `${service.url}/api/v1/chats/${chatId}/ui-stream`;
  const begin = async (backend = 'demo') => {
    const { id } = await relay.createChat({ backend });
    return { id, chat: new PlainChat(apiOf(id)) };
  };

  beforeAll(async () => {
    model = await startScriptedModel();
    service = await RelayService.start({ modelUrl: model.url, environment: { CODEX_POOL_SIZE: '1' } });
    relay = service.client;
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('shows reasoning, a command with its output, text and usage as parts of one message', async () => {
    const { id, chat } = await begin();
    await chat.sendMessage({ text: 'run: echo for-the-page' });
    expect([chat.status, chat.error]).toEqual(['ready', undefined]);
    const [turn] = await relay.turns(id);
    expect(chat.lastMessage).toMatchObject({
      id: turn?.id,
      role: 'assistant',
      metadata: { chatId: id, turnId: turn?.id },
    });
    expect(chat.parts.find(({ type }) => type === 'dynamic-tool')).toMatchObject({
      ...{ toolName: 'command', state: 'output-available', providerExecuted: true, title: 'echo for-the-page' },
      output: { exitCode: 0, output: expect.stringContaining('for-the-page') as string },
    });
    expect(chat.parts.find(({ type }) => type === 'reasoning')).toMatchObject({ state: 'done' });
    expect(chat.parts.find(({ type }) => type === 'data-usage')).toBeDefined();
    expect(chat.text).toContain('exit code **0**');
    const stored = await relay.messages(id);
    expect(stored[0]).toMatchObject({ clientMessageId: chat.messages[0]?.id });
    await chat.sendMessage({ text: 'hello again' });
    expect(await relay.turns(id)).toHaveLength(2);
  });

  it('asks for approvals, whose answers go on in the same message, and refusals are told to the agent', async () => {
    const { id, chat } = await begin();
    const file = join(service.dataRoot, 'approved-by-page');
    await chat.sendMessage({ text: `approve: touch ${file}` });
    const asked = (): Extract<UIMessage['parts'][number], { type: 'dynamic-tool' }> => {
      const part = chat.parts.findLast(({ type }) => type === 'dynamic-tool');
      if (part?.type !== 'dynamic-tool') throw new Error('no tool was called');
      return part;
    };
    expect([chat.status, asked().state, existsSync(file)]).toEqual(['ready', 'approval-requested', false]);
    await chat.addToolApprovalResponse({ id: asked().approval?.id ?? '', approved: true });
    await eventually('the turn has gone on', () => chat.status === 'ready' && chat.text !== '');
    expect([asked().state, existsSync(file), chat.messages.length]).toEqual(['output-available', true, 2]);
    expect(await relay.turns(id)).toHaveLength(1);

    await chat.sendMessage({ text: `approve: touch ${file}-2` });
    await chat.addToolApprovalResponse({ id: asked().approval?.id ?? '', approved: false, reason: 'not this one' });
    await eventually('the turn has gone on', () => chat.status === 'ready' && chat.text !== '');
    expect([asked().state, existsSync(`${file}-2`)]).toEqual(['output-denied', false]);
    expect(chat.parts.some(({ type }) => type === 'steering-message')).toBe(true);
  });

  it('is resumed from the beginning of the running turn, which goes on when a page leaves, and is 204 for none', async () => {
    const { id, chat } = await begin('scripted');
    expect((await fetch(apiOf(id))).status).toBe(204);
    model.play(deltasReply(40, { delayMs: 25 }));
    const sending = chat.sendMessage({ text: 'count' });
    await eventually('there is some text', () => chat.text.length > 20);
    await chat.stop();
    await sending;
    const page = new PlainChat(apiOf(id), chat.messages.slice(0, 1));
    await page.resumeStream();
    expect(page.text).toBe(Array.from({ length: 40 }, (_, index) => `word${index} `).join(''));
    expect(page.text).toBe(textOf((await relay.messages(id)).at(-1)));
    expect((await relay.turns(id))[0]?.status).toBe('completed');
  });

  it('makes an answer anew, and an edited message, in a branch that the answer names', async () => {
    const { id, chat } = await begin('scripted');
    model.play(({ index }) => textReply(`answer ${index}`));
    await chat.sendMessage({ text: 'first' });
    await chat.regenerate();
    const { chatId } = chat.lastMessage?.metadata as { chatId: string };
    expect(chatId).not.toBe(id);
    expect(await relay.chat(chatId)).toMatchObject({ parentId: id });
    expect(chat.text).toBe('answer 1');
    await chat.sendMessage({ text: 'in other words', messageId: chat.messages[0]?.id });
    expect(chat.lastMessage?.metadata).not.toMatchObject({ chatId: id });
    expect(chat.text).toBe('answer 2');
    expect((await relay.messages(id)).map(textOf)).toEqual(['first', 'answer 0']);
    const foreign = { id: 'of-another-chat', role: 'user', parts: [{ type: 'text', text: 'first' }] };
    const of = { trigger: 'regenerate-message', messages: [foreign], messageId: 'of-no-message' };
    const unknown = await relay.request<{ code: string }>('POST', `/api/v1/chats/${id}/ui-stream`, of);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'message_not_found']);
  });

  it('says what went wrong: a turn that fails, one that is stopped, and a body that cannot be read', async () => {
    const { id, chat } = await begin('scripted');
    model.play({ status: 400, error: { error: { message: 'filtered', code: 'content_filter', type: 'x' } } });
    await chat.sendMessage({ text: 'hi' });
    expect(chat.error?.message).toContain('content_filter');
    model.play(deltasReply(200, { delayMs: 25 }));
    const sending = chat.sendMessage({ text: 'again' });
    await eventually('there is some text', () => chat.status === 'streaming' && chat.text !== '');
    await relay.interrupt(id);
    await sending;
    expect([chat.status, (await relay.turns(id))[1]?.status]).toEqual(['ready', 'interrupted']);
    for (const body of [
      { messages: [] },
      { messages: [{ role: 'assistant', parts: [] }] },
      { message: { role: 'user' } },
    ]) {
      expect((await relay.request('POST', `/api/v1/chats/${id}/ui-stream`, body)).status).toBe(400);
    }
    const unknown = `/api/v1/chats/${id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}/ui-stream`;
    expect((await relay.request('GET', unknown)).body.code).toBe('chat_not_found');
  });
});
