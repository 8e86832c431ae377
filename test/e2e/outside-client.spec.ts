import OpenAI from 'openai';
import { WebSocket } from 'ws';
import { eventually } from '../support/eventually';
import { faultsIn } from '../support/responses-schema';
import { faultsInStream, StreamEvent } from '../support/responses-stream-check';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';

describe('a client of the Responses API beside the chats', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: OpenAI;

  beforeAll(async () => {
    model = await startScriptedModel(textReply('hello'));
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1' }, modelUrl: model.url });
    client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'any' });
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('asks, continues after a restart, and streams', async () => {
    const first = await client.responses.create({ model: 'scripted', input: 'hi' });
    expect(faultsIn('response', first)).toEqual([]);
    await service.stop();
    await service.restart();
    client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'any' });
    const stream = client.responses.stream({ model: 'scripted', input: 'more', previous_response_id: first.id });
    expect((await stream.finalResponse()).output_text).toBe('hello');
    expect(model.requests.at(-1)?.messages).toHaveLength(3);
  });

  it('is told in the form of OpenAI what is wrong with a body', async () => {
    const answer = await fetch(`${service.url}/v1/responses`, { method: 'POST', body: '{"model":' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid_json', type: 'invalid_request_error' } });
  });

  it('uses the WebSocket mode on the port that Socket.IO has too', async () => {
    const address = `${service.url.replace('http', 'ws')}/v1/responses`;
    const socket = new WebSocket(address);
    const events: StreamEvent[] = [];
    socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString()) as StreamEvent));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    // Socket.IO ends upgrades that are none of its own after a second, if nobody has answered them.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    socket.send(JSON.stringify({ type: 'response.create', model: 'scripted', input: 'hi' }));
    await eventually('the response is completed', () => events.at(-1)?.type === 'response.completed');
    expect(faultsInStream(events)).toEqual([]);
    socket.close();
    const evil = new WebSocket(address, { origin: 'https://evil.example' });
    const refusal = new Promise((resolve, reject) => evil.once('open', resolve).once('error', reject));
    await expect(refusal).rejects.toThrow('401');
  });

  it('leaves codex alone, and does not keep the service from stopping', async () => {
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/v1/responses`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const chat = await service.client.createChat();
    const { turn } = await service.client.ask(chat.id, 'hi');
    expect(turn.status).toBe('completed');
    expect(await service.stop()).toMatchObject({ code: 0 });
    expect(service.errorLines).toEqual([]);
    socket.terminate();
  });
});
