import type { ChatSummaryDto } from '../../src/chat/dto/chat-summary.dto';
import { eventually } from '../support/eventually';
import { LocalPerson } from '../support/local-person';
import type { RelayClient } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { errorReply, textReply } from '../support/scripted-reply';
import type { ScriptedRequest } from '../support/scripted-request';
import { RelayService, writeBackends } from '../support/service';
import { promptTextOf, wordedReply } from '../support/worded-model';

const isForTitle = (request: ScriptedRequest): boolean => promptTextOf(request).includes('Name the conversation below');
const isForSummary = (request: ScriptedRequest): boolean =>
  promptTextOf(request).includes('Summarize the conversation');

describe('what the model says of a chat', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let root: LocalPerson;
  let ada: LocalPerson;
  let ben: LocalPerson;

  beforeAll(async () => {
    model = await startScriptedModel();
    const backend = `type: openai-compatible, model: m1, base_url: "${model.url}", max_retries: 0`;
    const backends = `backends: [{id: plain, ${backend}}, {id: priced, ${backend}, price: {input: 1, output: 1}}]`;
    service = await RelayService.start({
      environment: { SECURITY_METHOD: 'Local', CHAT_TITLES: 'unpriced', API_REQUESTS_PER_MINUTE: '0' },
      prepare: (dataRoot) => writeBackends(dataRoot, backends),
    });
    root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    ben = await root.invite('ben');
  });
  afterAll(async () => {
    await service?.dispose();
    await model?.stop();
  });
  beforeEach(() => {
    model.play((request) => {
      if (isForTitle(request)) return textReply('"A name for Ada."');
      return isForSummary(request) ? textReply('Ada was **named**.') : wordedReply(request);
    });
  });

  const summarize = (client: RelayClient, chatId: string) =>
    client.request<ChatSummaryDto & { code?: string; detail?: string }>('POST', `/api/v1/chats/${chatId}/summary`);

  /** Calls of the model that are booked to a chat, once so many are. */
  const booked = (client: RelayClient, chatId: string, count: number) =>
    eventually(`${count} calls are booked to the chat`, async () => {
      const { body } = await client.request<{ calls: number }>('GET', `/api/v1/chats/${chatId}/usage`);
      return body.calls === count;
    });

  describe('as its title', () => {
    it('is taken over after the first answer, in words, is booked to the chat, and asked for once', async () => {
      const { id } = await ada.client.createChat();
      const record = await ada.client.follow(id, { after: 0 });
      await ada.client.ask(id, 'my name is Ada');
      expect((await ada.client.chat(id)).title).not.toBe('');
      const renamed = await record.first('chat.updated');
      expect(renamed).toMatchObject({ turnId: null, data: { title: 'A name for Ada' } });
      expect((await ada.client.chat(id)).title).toBe('A name for Ada');
      await booked(ada.client, id, 2);
      await ada.client.ask(id, 'and again');
      await booked(ada.client, id, 3);
      expect(model.requests.filter(isForTitle)).toHaveLength(1);
      await record.close();
    });

    it('is not asked for where somebody has named the chat, and somebody’s own name is told of, too', async () => {
      const { id } = await ada.client.createChat({ title: 'mine' });
      const record = await ada.client.follow(id, { after: 0 });
      await ada.client.ask(id, 'my name is Ada');
      await ada.client.request('PUT', `/api/v1/chats/${id}`, { title: 'still mine' });
      expect((await record.first('chat.updated')).data.title).toBe('still mine');
      await booked(ada.client, id, 1);
      expect(model.requests.filter(isForTitle)).toEqual([]);
      await record.close();
    });

    it('is not asked for on a backend that has a price', async () => {
      const { id } = await ada.client.createChat({ backend: 'priced' });
      await ada.client.ask(id, 'my name is Ada');
      const { id: other } = await ada.client.createChat();
      const record = await ada.client.follow(other, { after: 0 });
      await ada.client.ask(other, 'my name is Ada');
      await record.first('chat.updated');
      expect(model.requests.filter(isForTitle)).toHaveLength(1);
      expect((await ada.client.chat(id)).title).toBe('my name is Ada');
      await record.close();
    });

    it('that does not come costs no turn anything', async () => {
      model.play((request) => (isForTitle(request) ? errorReply(500, 'no title') : wordedReply(request)));
      const { id } = await ada.client.createChat();
      expect((await ada.client.ask(id, 'my name is Ada')).turn.status).toBe('completed');
      await eventually('a title was asked for', () => model.requests.some(isForTitle));
      expect((await ada.client.ask(id, 'go on')).turn.status).toBe('completed');
      expect((await ada.client.chat(id)).title).toBe('my name is Ada');
    });
  });

  describe('as its summary', () => {
    it('is answered, is booked to who asked, and changes nothing in the chat', async () => {
      const { id } = await ada.client.createChat({ title: 'mine' });
      await ada.client.ask(id, 'my name is Ada');
      const before = (await ada.client.chat(id)).lastSeq;
      expect(await summarize(ada.client, id)).toMatchObject({ status: 200, body: { summary: 'Ada was **named**.' } });
      const [request] = model.requests.filter(isForSummary);
      expect(request && promptTextOf(request)).toContain('User: my name is Ada');
      await booked(ada.client, id, 2);
      expect((await ada.client.chat(id)).lastSeq).toBe(before);
    });

    it('is refused where nothing was said, and to who may not see the chat', async () => {
      const { id } = await ada.client.createChat();
      expect(await summarize(ada.client, id)).toMatchObject({ status: 409, body: { code: 'nothing_to_summarize' } });
      expect(await summarize(ben.client, id)).toMatchObject({ status: 404, body: { code: 'chat_not_found' } });
      expect(model.requests).toEqual([]);
    });

    it('that the model refuses is told in words', async () => {
      const { id } = await ada.client.createChat({ title: 'mine' });
      await ada.client.ask(id, 'my name is Ada');
      model.play((request) => (isForSummary(request) ? errorReply(400, 'not this one') : wordedReply(request)));
      expect(await summarize(ada.client, id)).toMatchObject({
        ...{ status: 502, body: { code: 'summary_failed', detail: expect.stringContaining('not this one') as string } },
      });
      expect((await ada.client.ask(id, 'go on')).turn.status).toBe('completed');
    });

    it('is refused to who has spent all, before the model is asked', async () => {
      const { id } = await ben.client.createChat({ title: 'mine' });
      await ben.client.ask(id, 'my name is Ben');
      await booked(ben.client, id, 1);
      await root.inBrowser('PUT', `/api/v1/admin/users/${ben.id}/limits`, { tokens_per_day: 1 });
      const answer = await eventually('the limit is there', async () => {
        const { status, body } = await summarize(ben.client, id);
        return status !== 200 && { status, body };
      });
      expect(answer).toMatchObject({ status: 429, body: { code: 'limit_reached' } });
    });
  });
});
