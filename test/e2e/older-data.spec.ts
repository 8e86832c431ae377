import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import type { Page } from '../../src/database/page';
import { eventually } from '../support/eventually';
import {
  OLDER_PROVIDER_KEY,
  OLDER_SETTINGS,
  OlderChat,
  OlderData,
  readOlderData,
  unpackOlderData,
} from '../support/older-data';
import { RelayClient, textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { promptTextOf, startWordedModel } from '../support/worded-model';

/** Kept in every log, however it is compacted. */
const LASTING = ['message.created', 'turn.started', 'turn.completed', 'approval.requested', 'item.completed'];
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

describe.each(['0.1.0', '0.1.0-next'])('a data folder that version %s was killed over is opened', (version) => {
  const older: OlderData = readOlderData(version);
  const { chats } = older;
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({
      environment: OLDER_SETTINGS,
      prepare: (dataRoot) => unpackOlderData(version, dataRoot, model.url),
    });
    client = service.client;
    await eventually('what was accepted has been answered', async () => {
      const turns = await client.turns(chats.cut.id);
      return turns.every(({ status }) => status !== 'queued' && status !== 'running');
    });
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('has every chat, as it was left', async () => {
    const list = async (archived: boolean): Promise<string[]> => {
      const { body } = await client.request<Page<{ id: string }>>(
        'GET',
        `/api/v1/chats?archived=${archived}&limit=500`,
      );
      return body.data.map(({ id }) => id);
    };
    const { archived, ...others } = chats;
    expect((await list(false)).sort()).toEqual(
      Object.values(others)
        .map(({ id }) => id)
        .sort(),
    );
    expect(await list(true)).toEqual([archived.id]);
    expect(await client.chat(chats.talk.id)).toMatchObject({ title: 'Talk', backend: 'scripted', archived: false });
    expect(await client.chat(chats.work.id)).toMatchObject({ backend: 'demo', instructions: 'Be brief.' });
  });

  it.each(Object.entries(chats))(
    'has all messages, turns, steps and events of the chat "%s" in their order',
    async (_, chat) => {
      const messages = await client.messages(chat.id);
      expect(messages.slice(0, chat.messages.length).map(summaryOf)).toEqual(chat.messages.map(settled).map(summaryOf));
      const published = chat.messages.map((message) => [message.id, textOf(message)]);
      for (const [id, text] of published) expect(textOf(messages.find((each) => each.id === id))).toContain(text);

      const turns = await client.turns(chat.id);
      expect(turns.map(({ id }) => id)).toEqual(chat.turns.map(({ id }) => id));
      for (const { id, status } of chat.turns) {
        const now = turns.find((turn) => turn.id === id)?.status;
        expect([id, now]).toEqual([id, { queued: 'completed', running: 'interrupted' }[String(status)] ?? status]);
      }
      const actions = await client.agentActions(chat.id);
      const named = ({ id, kind, title }: { id: string; kind: string; title: string }): unknown => ({
        id,
        kind,
        title,
      });
      expect(actions.map(named)).toEqual(chat.actions.map(named));

      const events = await client.events(chat.id);
      const lasting = chat.events.filter(({ type }) => LASTING.includes(type));
      const kept = events.map(({ seq, type }) => ({ seq, type })).filter(({ type }) => LASTING.includes(type));
      expect(kept.slice(0, lasting.length)).toEqual(lasting);
      const numbers = events.map(({ seq }) => seq);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    },
  );

  it('shows the picture of a message', async () => {
    const [message] = await client.messages(chats.picture.id);
    const image = message?.content.find(({ type }) => type === 'image') as { url: string } | undefined;
    const url = image?.url ?? '';
    const response = await fetch(url.startsWith('data:') ? url : new URL(url, client.url));
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 4)).toEqual(PNG);
  });

  it.each(['talk', 'picture', 'refused', 'stopped', 'archived', 'keyed', 'cut'] as const)(
    'goes on with the chat "%s", and the model is told all that was said in it',
    async (name) => {
      const chat: OlderChat = chats[name];
      const question = `what did I say in ${name}`;
      const { turn, message } = await client.ask(chat.id, question);
      expect([turn.status, textOf(message)]).toEqual(['completed', `You said: ${question}`]);
      const request = model.requests.findLast(({ lastUserText }) => lastUserText === question);
      const prompt = request === undefined ? '' : promptTextOf(request);
      for (const said of chat.messages.filter(({ role }) => role === 'user')) expect(prompt).toContain(textOf(said));
      const shown = chat.messages.filter(({ role, status }) => role === 'assistant' && status !== 'superseded');
      for (const answer of shown) expect(prompt).toContain(textOf(answer).trim());
      if (name === 'picture') expect(prompt).toContain('data:image/png');
      expect((await client.turns(chat.id)).at(-1)?.id).toBe(turn.id);
      expect((await client.messages(chat.id)).slice(-2).map(({ role }) => role)).toEqual(['user', 'assistant']);
    },
  );

  it('goes on in the workspace that the agent has left', async () => {
    for (const name of ['work', 'failed', 'asks', 'empty'] as const) {
      const { turn } = await client.ask(chats[name].id, { content: 'run: cat note.txt; ls', ...demo(name) });
      expect([name, turn.status]).toEqual([name, 'completed']);
    }
    const outputs = (await client.agentActions(chats.work.id)).map(({ data }) => String(data.output));
    expect(outputs.at(-1)).toContain('kept');
    const folder = join(service.dataRoot, 'sessions', 'default', chats.work.id, 'workspace');
    expect(readlinkSync(join(folder, 'deep', 'link'))).toBe('note.txt');
  });

  it('takes back the approval that was open, with its turn', async () => {
    const { body } = await client.request<Page<{ status: string }>>('GET', `/api/v1/chats/${chats.asks.id}/approvals`);
    expect(body.data.filter(({ status }) => status === 'pending')).toEqual([]);
  });

  it("has the gateway's keys, stored responses, provider keys and usage", async () => {
    const authorization = { authorization: `Bearer ${older.gatewayKey}` };
    const stored = await client.request<object>('GET', `/v1/responses/${older.responseId}`, undefined, authorization);
    expect([stored.status, JSON.stringify(stored.body)]).toEqual([200, expect.stringContaining('remember the plum')]);
    const next = { model: 'scripted/scripted-1', input: 'and now', previous_response_id: older.responseId };
    expect((await client.request('POST', '/v1/responses', next, authorization)).status).toBe(200);
    expect(promptTextOf(model.requests.at(-1) ?? fail())).toContain('remember the plum');
    await client.ask(chats.keyed.id, 'with which key');
    expect(model.requests.at(-1)?.headers.authorization).toBe(`Bearer ${OLDER_PROVIDER_KEY}`);
    const usage = await client.request<{ data: { calls: number }[] }>('GET', '/api/v1/usage');
    expect(usage.body.data.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThan(15);
  });

  it('removes what was left of a deleted chat', async () => {
    const folder = join(service.dataRoot, 'sessions', 'default', older.deleted);
    await eventually('its folder is gone', () => !existsSync(folder));
    expect((await client.request('GET', `/api/v1/chats/${older.deleted}`)).status).toBe(404);
  });

  it('has said nothing of an error', () => {
    expect(service.errorLines).toEqual([]);
  });
});

/** The scripted model runs no commands. */
const demo = (name: string): object => (name === 'empty' ? { content: 'hello' } : {});

const fail = (): never => {
  throw new Error('the model was not asked');
};

/** As a start leaves what was being written. */
const settled = (message: MessageDto): MessageDto =>
  message.status === 'streaming' ? { ...message, status: 'partial' } : message;

/** What a message is, whatever form its pictures have; the text of one that was being written may have become longer. */
const summaryOf = ({ id, turnId, role, status, content, createdAt }: MessageDto): object => ({
  ...{ id, turnId, role, status, createdAt },
  parts: content.map(({ type }) => type),
});
