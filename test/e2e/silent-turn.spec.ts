import { eventually } from '../support/eventually';
import { RelayClient, textOf } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { deltasReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';
import { wordedReply } from '../support/worded-model';

/** CODEX_TURN_IDLE_TIMEOUT_SECONDS of these tests, and the longest time from then to the end of a turn. */
const LIMIT_MS = 4_000;
const END_MS = 15_000;

describe('a turn that falls silent', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;

  beforeAll(async () => {
    model = await startScriptedModel((request) =>
      request.lastUserText === 'stall'
        ? deltasReply(5, { fault: { kind: 'stall', afterFrames: 4 } })
        : wordedReply(request),
    );
    const environment = {
      CODEX_TURN_IDLE_TIMEOUT_SECONDS: String(LIMIT_MS / 1_000),
      CODEX_REQUEST_TIMEOUT_SECONDS: '4',
      CODEX_POOL_SIZE: '1',
    };
    service = await RelayService.start({ modelUrl: model.url, environment });
    client = service.client;
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('because the model does is stopped as failed, keeps the text, and the chat goes on', async () => {
    const { id } = await client.createChat();
    const stream = await client.askStreaming(id, 'stall');
    await stream.ended;
    const [end] = stream.ofType('turn.completed');
    expect(end?.data).toMatchObject({ status: 'failed', error: { code: 'turn_idle_timeout' } });
    expect(textOf((await client.messages(id)).at(-1))).toBe(stream.publishedText);
    expect(stream.publishedText).not.toBe('');
    expect((await client.ask(id, 'hello')).turn.status).toBe('completed');
  });

  it('because its app-server hangs ends too, and the app-server is replaced', async () => {
    const { id } = await client.createChat();
    const record = await client.follow(id);
    const { turnId } = await client.send(id, 'say 500 words every 10 ms');
    await record.first('message.delta');
    const { pid } = await service.busyInstance();
    process.kill(pid, 'SIGSTOP');
    const stoppedAt = Date.now();
    const { data, at } = await record.turnEnd(turnId);
    expect(Date.parse(at) - stoppedAt).toBeLessThan(LIMIT_MS + END_MS);
    expect(data).toMatchObject({ status: 'failed', error: { code: 'turn_idle_timeout' } });
    await record.close();
    expect((await client.ask(id, 'hello')).turn.status).toBe('completed');
    await eventually('the process that hung is gone', () => !service.descendants().includes(pid));
  });

  it('because its command does, or a person has not answered yet, is left alone', async () => {
    const [{ id: asking }, { id }] = [
      await client.createChat({ backend: 'demo' }),
      await client.createChat({ backend: 'demo' }),
    ];
    const record = await client.follow(asking);
    const { turnId } = await client.send(asking, 'approve: echo approved');
    const { data, at } = await record.first('approval.requested');

    const { turn } = await client.ask(id, 'run: sleep 8; echo built');
    expect(turn.status).toBe('completed');
    const [action] = await client.agentActions(id);
    expect(action).toMatchObject({ kind: 'command', status: 'completed', data: { exitCode: 0 } });
    expect(action?.data.output).toContain('built');

    await eventually('more than the limit has gone by', () => Date.now() - Date.parse(at) > LIMIT_MS + 2_000);
    expect((await client.answer(data.approval.id, 'accept')).status).toBe(200);
    expect((await record.turnEnd(turnId)).data.status).toBe('completed');
    await record.close();
  });
});
