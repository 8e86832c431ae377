import { eventually } from '../support/eventually';
import { isAlive, reapersOf } from '../support/marked-processes';
import { textOf } from '../support/relay-client';
import { promptTextOf } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

describe('an app-server that outlives the suite.service, stopped, with its reaper killed', () => {
  const suite = wordedSuite();

  it('is ended by the next start, and its thread goes on where it was', async () => {
    const { id } = await suite.client.createChat();
    await suite.client.ask(id, 'my name is Ada');
    const { threadId } = await suite.client.chat(id);
    const record = await suite.client.follow(id);
    await suite.client.send(id, 'say 500 words every 10 ms');
    await record.until('text of the answer', () => record.publishedText.includes('word30'));
    const { pid } = await suite.service.busyInstance();
    // The service may not start another reaper, and the app-server may not see that its input has ended.
    process.kill(pid, 'SIGSTOP');
    process.kill(suite.service.pid, 'SIGSTOP');
    for (const reaper of reapersOf(pid)) process.kill(reaper, 'SIGKILL');
    await suite.service.kill();
    await record.ended;
    expect(isAlive(pid)).toBe(true);

    await suite.service.restart();
    expect(isAlive(pid)).toBe(false);
    expect(textOf((await suite.client.ask(id, 'what is my name')).message)).toBe('You said: what is my name');
    expect((await suite.client.chat(id)).threadId).toBe(threadId);
    const request = suite.model.requests.findLast(({ lastUserText }) => lastUserText === 'what is my name');
    expect(request ? promptTextOf(request) : '').toContain('my name is Ada');
    await eventually('nothing of the first run is left', () => !suite.service.descendants().includes(pid));
  });
});
