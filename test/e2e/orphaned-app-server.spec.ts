import { eventually } from '../support/eventually';
import { isAlive, reapersOf } from '../support/marked-processes';
import { textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { saidIn, startWordedModel } from '../support/worded-model';

describe('an app-server that outlives the service, stopped, with its reaper killed', () => {
  let model: ScriptedModel;
  let service: RelayService;

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url });
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('is ended by the next start, and its thread goes on where it was', async () => {
    const { id } = await service.client.createChat();
    await service.client.ask(id, 'my name is Ada');
    const { threadId } = await service.client.chat(id);
    const record = await service.client.follow(id);
    await service.client.send(id, 'say 500 words every 10 ms');
    await record.until('text of the answer', () => record.shownText.includes('word30'));
    const { pid } = await service.busyInstance();
    // The service may not start another reaper, and the app-server may not see that its input has ended.
    process.kill(pid, 'SIGSTOP');
    process.kill(service.pid, 'SIGSTOP');
    for (const reaper of reapersOf(pid)) process.kill(reaper, 'SIGKILL');
    await service.kill();
    await record.ended;
    expect(isAlive(pid)).toBe(true);

    await service.restart();
    expect(isAlive(pid)).toBe(false);
    expect(textOf((await service.client.ask(id, 'what is my name')).message)).toBe('You said: what is my name');
    expect((await service.client.chat(id)).threadId).toBe(threadId);
    const request = model.requests.findLast(({ lastUserText }) => lastUserText === 'what is my name');
    expect(request ? saidIn(request) : '').toContain('my name is Ada');
    await eventually('nothing of the first run is left', () => !service.descendants().includes(pid));
  });
});
