import { upTo } from '../support/event-record';
import { eventually } from '../support/eventually';
import { Exposition } from '../support/exposition';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { ScriptedReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';
import { SleepingReader } from '../support/sleeping-reader';
import { SocketClient } from '../support/socket-client';
import { tcpOf } from '../support/tcp-of-socket';
import { wordedReply, words } from '../support/worded-model';

const textOf = (kilobytes: number): string[] =>
  Array.from({ length: kilobytes }, (_, index) => `${index} `.padEnd(1_000, 'x'));
/** Above what the system's buffers of a loopback connection take; and of two, from the provider to the client. */
const REPLIES: Readonly<Record<string, ScriptedReply>> = {
  long: { text: textOf(12_000) },
  huge: { text: textOf(40_000) },
};
const CUT_OFF_WITHIN_MS = 50_000;

describe('readers that stop reading', () => {
  let model: ScriptedModel;
  let service: RelayService;

  beforeAll(async () => {
    model = await startScriptedModel((request) => REPLIES[request.lastUserText] ?? wordedReply(request));
    service = await RelayService.start({ modelUrl: model.url, environment: { GATEWAY_IDLE_TIMEOUT_SECONDS: '10' } });
  });
  afterAll(async () => {
    await service?.dispose();
    await model?.stop();
  });

  const figure = async (name: string): Promise<number> =>
    (await Exposition.of(service.url)).value(`codex_relay_${name}`);

  it('lose their connections, of every kind, and nobody else notices', async () => {
    const { client, url } = service;
    const [{ id: chatId }, { id: otherId }] = [await client.createChat(), await client.createChat()];
    const events = `/api/v1/chats/${chatId}/events`;
    const readers = [await client.follow(chatId), await SocketClient.connect(url)] as const;
    await readers[1].join(chatId, 0);
    const sleeper = await SocketClient.connect(url);
    await sleeper.join(chatId, 0);
    stopReading(sleeper);
    const asked = { model: 'scripted', stream: true };
    const sleeping = [
      new SleepingReader(url, events),
      new SleepingReader(url, '/v1/responses', { ...asked, input: 'huge' }),
      new SleepingReader(url, '/v1/chat/completions', { ...asked, messages: [{ role: 'user', content: 'huge' }] }),
    ];
    const sleepers = sleeping.length + 1;
    const { turn } = await client.ask(chatId, 'long');
    expect(turn).toMatchObject({ status: 'completed', error: null });

    for (const reader of readers) {
      await reader.turnEnd(turn.id);
      expect(reader.publishedText).toBe(REPLIES.long?.text?.join(''));
      expect(reader.seqs).toEqual(upTo(reader.seqs.length));
    }
    expect((await client.ask(otherId, 'say 50 words')).message?.content).toEqual([{ type: 'text', text: words(50) }]);
    await eventually(
      'the sleepers are cut off',
      async () => (await figure('slow_clients_closed_total')) === sleepers,
      CUT_OFF_WITHIN_MS,
    );
    expect([await figure('sockets'), await figure('event_streams')]).toEqual([1, 1]);
    // The provider was held up, and let go with the client; it is not to blame.
    expect(model.requests.filter(({ abandonedAt }) => abandonedAt !== undefined)).toHaveLength(2);
    expect(service.log).not.toContain('was silent');
    expect((await client.ask(chatId, 'say 5 words')).turn.status).toBe('completed');

    readers[1].close();
    await readers[0].close();
    stopSleeping(sleeper);
    sleeping.forEach((reader) => reader.end());
  });
});

const stopReading = ({ socket }: SocketClient): void => void tcpOf(socket).pause();
const stopSleeping = ({ socket }: SocketClient): void => void tcpOf(socket).destroy();
