import { eventually } from '../support/eventually';
import { callsReply, textReply } from '../support/scripted-reply';
import { wordedReply } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

describe('commands that run on', () => {
  const suite = wordedSuite();

  beforeEach(() => {
    suite.model.play((request) => {
      if (request.lastUserText !== 'serve') return wordedReply(request);
      const call = { name: 'exec_command', arguments: { cmd: 'echo up; sleep 300', yield_time_ms: 300 } };
      return request.answersTool ? textReply('It serves.') : callsReply([call]);
    });
  });

  const terminals = async (chatId: string) =>
    (await suite.client.request<{ items: { id: string }[] }>('GET', `/api/v1/chats/${chatId}/terminals`)).body.items;
  const end = async (chatId: string, id: string) =>
    (await suite.client.request('DELETE', `/api/v1/chats/${chatId}/terminals/${id}`)).status;

  /** A command fails where the data of another service go in the moment in which its sandbox starts. */
  const served = async (chatId: string) => {
    for (let tries = 0; tries < 3; tries += 1) {
      await suite.client.ask(chatId, 'serve');
      const [terminal] = await terminals(chatId);
      if (terminal !== undefined) return terminal;
    }
    throw new Error(`no command runs on: ${JSON.stringify(await suite.client.agentActions(chatId))}`);
  };

  it('are listed and ended, by the chat that they are of alone', async () => {
    const { id } = await suite.client.createChat();
    const { id: other } = await suite.client.createChat();
    expect(await terminals(id)).toEqual([]);
    await served(id);
    await suite.client.ask(other, 'hello');
    const [terminal] = await terminals(id);
    expect(terminal).toMatchObject({ command: 'echo up; sleep 300', cwd: '.' });
    expect(await terminals(other)).toEqual([]);
    const terminalId = terminal?.id ?? '';
    expect(await end(other, terminalId)).toBe(404);
    for (const odd of ['1', 'x', '..%2f']) expect(await end(id, odd)).toBe(404);
    expect(await terminals(id)).toHaveLength(1);
    expect(await end(id, terminalId)).toBe(204);
    await eventually('the command is gone', async () => (await terminals(id)).length === 0);
    expect(await end(id, terminalId)).toBe(404);
  });

  it('are listed while a turn runs, and are none when their process was killed', async () => {
    const { id } = await suite.client.createChat();
    await served(id);
    const record = await suite.client.follow(id);
    const { turnId } = await suite.client.send(id, 'say 500 words every 10 ms');
    await record.until('text of the answer', () => record.publishedText.includes('word5 '));
    const [terminal] = await terminals(id);
    expect(terminal).toBeDefined();
    process.kill((await suite.service.busyInstance()).pid, 'SIGKILL');
    await record.turnEnd(turnId);
    expect(await terminals(id)).toEqual([]);
    expect(await end(id, terminal?.id ?? '')).toBe(404);
    await record.close();
  });
});
