import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ChatDto } from '../../src/chat/dto/chat.dto';
import { eventually } from '../support/eventually';
import { textOf } from '../support/relay-client';
import type { ScriptedRequest } from '../support/scripted-request';
import { PIXEL } from '../support/pixel';
import { wordedSuite } from '../support/worded-suite';

describe('what a chat or a message asks for', () => {
  const suite = wordedSuite({ environment: { CODEX_POOL_SIZE: '1' } });

  const change = (id: string, body: object) => suite.client.request<ChatDto>('PUT', `/api/v1/chats/${id}`, body);
  const requestOf = (text: string): ScriptedRequest | undefined =>
    suite.model.requests.findLast(({ lastUserText }) => lastUserText.includes(text));

  it('the model of the backend, of the chat, or of one message', async () => {
    const { id } = await suite.client.createChat();
    await suite.client.ask(id, 'by the backend');
    expect((await change(id, { model: 'of-the-chat' })).body).toMatchObject({ model: 'of-the-chat' });
    await suite.client.ask(id, 'by the chat');
    await suite.client.ask(id, { content: 'by the message', model: 'of-the-message' });
    await suite.client.ask(id, 'by the chat again');
    const models = ['by the backend', 'by the chat', 'by the message', 'by the chat again'].map(
      (text) => suite.model.requests.find(({ lastUserText }) => lastUserText === text)?.body.model,
    );
    expect(models).toEqual(['scripted-1', 'of-the-chat', 'of-the-message', 'of-the-chat']);
  });

  it('another backend from the next message on, which knows what was said', async () => {
    const { id } = await suite.client.createChat({ backend: 'demo' });
    expect(textOf((await suite.client.ask(id, 'my name is Ada')).message)).toContain('demo model');
    expect((await change(id, { backend: 'scripted' })).body).toMatchObject({ backend: 'scripted', model: null });
    expect(textOf((await suite.client.ask(id, 'and now')).message)).toBe('You said: and now');
    expect(JSON.stringify(requestOf('and now')?.messages)).toContain('my name is Ada');
  });

  it('an answer that follows a schema', async () => {
    const { id } = await suite.client.createChat();
    const outputSchema = {
      ...{ type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
    };
    await suite.client.ask(id, { content: 'a city as JSON', outputSchema });
    expect(requestOf('a city as JSON')?.body.response_format).toMatchObject({
      ...{ type: 'json_schema', json_schema: { schema: outputSchema } },
    });
    await suite.client.ask(id, 'without a schema');
    expect(requestOf('without a schema')?.body.response_format).toBeUndefined();
  });

  it('an image is shown to the model and kept in the message', async () => {
    const { id } = await suite.client.createChat();
    const content = [
      { type: 'text', text: 'what is in the picture' },
      { type: 'image', url: PIXEL },
    ];
    expect((await suite.client.ask(id, { content })).turn.status).toBe('completed');
    expect(JSON.stringify(requestOf('what is in the picture')?.messages)).toContain(PIXEL);
    const bytes = Buffer.from(PIXEL.split(',')[1] ?? '', 'base64').length;
    const picture = { type: 'image', mediaType: 'image/png', size: bytes, width: 1, height: 1 };
    expect((await suite.client.messages(id))[0]?.content).toMatchObject([content[0], picture]);
  });

  it('a sandbox in which nothing can be written', async () => {
    const { id } = await suite.client.createChat({ backend: 'demo', sandboxMode: 'read-only' });
    await suite.client.ask(id, 'run: echo x > here.txt');
    const file = join(suite.service.dataRoot, 'sessions', 'default', id, 'workspace', 'here.txt');
    expect(existsSync(file)).toBe(false);
    await change(id, { sandboxMode: 'workspace-write' });
    await suite.client.ask(id, 'run: echo x > here.txt');
    expect(existsSync(file)).toBe(true);
  });

  it('no questions: what needs an approval is refused at once', async () => {
    const { id } = await suite.client.createChat({ backend: 'demo', approvalPolicy: 'never' });
    const file = join(suite.service.dataRoot, 'never-approved');
    const turn = await suite.client.askStreaming(id, `approve: touch ${file}`);
    await turn.ended;
    expect(turn.ofType('approval.requested')).toEqual([]);
    expect(turn.ofType('turn.completed')[0]?.data.status).toBe('completed');
    expect(existsSync(file)).toBe(false);
  });

  it('to be out of sight', async () => {
    const { id } = await suite.client.createChat({ title: 'Old' });
    const listed = async (archived: boolean): Promise<boolean> => {
      const path = `/api/v1/chats?archived=${archived}&limit=500`;
      return (await suite.client.request<{ data: ChatDto[] }>('GET', path)).body.data.some((chat) => chat.id === id);
    };
    expect((await change(id, { archived: true })).body).toMatchObject({ archived: true, title: 'Old' });
    expect([await listed(false), await listed(true)]).toEqual([false, true]);
    await change(id, { archived: false });
    expect([await listed(false), await listed(true)]).toEqual([true, false]);
  });

  it('stay as they are where null is written for them', async () => {
    const chat = await suite.client.createChat({ title: 'kept', backend: 'demo' });
    const left = { title: null, archived: null, approvalPolicy: null, sandboxMode: null, backend: null };
    const { status, body } = await change(chat.id, left);
    expect({ status, body }).toMatchObject({ status: 200, body: { title: 'kept', backend: 'demo', archived: false } });
  });

  it('one cannot see the files of another', async () => {
    const [one, other] = [
      await suite.client.createChat({ backend: 'demo' }),
      await suite.client.createChat({ backend: 'demo' }),
    ];
    await suite.client.ask(one.id, 'write: secret.txt the secret of one');
    await suite.client.ask(other.id, `run: sleep 0.4; echo tried > ../../${one.id}/workspace/secret.txt; ls`);
    const [action] = await suite.client.agentActions(other.id);
    expect(action).toMatchObject({ kind: 'command' });
    expect(action?.data.output).not.toContain('secret.txt\n');
    const [write] = await suite.client.agentActions(one.id);
    expect(write).toMatchObject({ kind: 'file_change', status: 'completed' });
    await suite.client.ask(one.id, 'run: sleep 0.4; cat secret.txt');
    expect((await suite.client.agentActions(one.id)).at(-1)?.data.output).toBe('the secret of one\n');
  });

  it.each([
    ['.codex/config.toml', (path: string) => writeFileSync(path, 'no TOML [['), /left out: .*TOML parse error/s],
    ['.codex', (path: string) => symlinkSync('/nonexistent', path), /it is called ".codex.set-aside" now/],
    ['.agents', (path: string) => symlinkSync('/tmp', path), /it is called ".agents.set-aside" now/],
    ['.git', (path: string) => symlinkSync('/tmp', path), /it is called ".git.set-aside" now/],
  ])(
    'a workspace whose .codex, .git or .agents is broken or a link is worked in all the same, and the chat says what was left out (%s)',
    async (name, make, words) => {
      const { id } = await suite.client.createChat({ backend: 'demo', approvalPolicy: 'never' });
      const file = join(suite.service.dataRoot, 'sessions', 'default', id, 'workspace', name);
      mkdirSync(dirname(file), { recursive: true });
      make(file);
      const record = await suite.client.follow(id);
      for (const round of ['first', 'second']) {
        const { turn } = await suite.client.ask(id, `run: echo ${round} > done.txt; cat done.txt`);
        expect(turn.status).toBe('completed');
      }
      const said = record.events.flatMap((event) => (event.type === 'warning' ? event.data.message : []));
      expect(said).toEqual(expect.arrayContaining([expect.stringMatching(words)]));
      // They come by another way than the answers.
      const ran = await eventually('both commands are in the log', () => {
        const ended = record.events.flatMap((event) => (event.type === 'item.completed' ? event.data.item.status : []));
        return ended.length >= 2 && ended;
      });
      expect(ran).toEqual(['completed', 'completed']);
      await record.close();
    },
  );
});
