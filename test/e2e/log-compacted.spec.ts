import type { ChatEvent } from '../../src/chat/event-log/chat-event';
import { eventually } from '../support/eventually';
import { textOf } from '../support/relay-client';
import { SocketClient } from '../support/socket-client';
import { words } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

/** It is looked every 5 s for turns that have ended. */
const COMPACTED_WITHIN_MS = 30_000;

describe('the log of a turn that has ended', () => {
  const suite = wordedSuite({ environment: { EVENT_COMPACTION_DELAY_SECONDS: '0' } });

  const isDelta = ({ type }: ChatEvent): boolean => type === 'message.delta';
  const isChain = (events: readonly ChatEvent[], after: number): boolean =>
    events.every(({ previousSeq }, index) => previousSeq <= (events[index - 1]?.seq ?? after));

  it('is compacted behind its readers: who comes back from any number, by any way, gets the rest without gap', async () => {
    const { id } = await suite.client.createChat();
    const live = await suite.client.follow(id);
    const { turn } = await suite.client.ask(id, 'say 30 words every 60 ms');
    await live.turnEnd(turn.id);
    await live.close();
    const whole = live.events;
    expect(whole.filter(isDelta).length).toBeGreaterThan(3);
    expect(whole.every(({ seq, previousSeq }) => previousSeq === seq - 1)).toBe(true);
    const isCompacted = async (): Promise<boolean> => !(await suite.client.events(id)).some(isDelta);
    await eventually('the log is compacted', isCompacted, COMPACTED_WITHIN_MS);

    const kept = await suite.client.events(id);
    expect(kept.map(({ previousSeq }) => previousSeq)).toEqual([0, ...kept.slice(0, -1).map(({ seq }) => seq)]);
    expect(kept.at(-1)?.seq).toBe(whole.at(-1)?.seq);
    expect((await suite.client.chat(id)).lastSeq).toBe(whole.at(-1)?.seq);
    const completed = kept.find(({ type }) => type === 'message.completed') as ChatEvent & { data: { message: never } };
    expect(textOf(completed.data.message)).toBe(words(30));

    const middle = whole.find(isDelta)?.seq ?? 0;
    const wanted = kept.filter(({ seq }) => seq > middle);
    const resumed = await suite.client.follow(id, { lastEventId: String(middle) });
    await resumed.turnEnd(turn.id);
    await resumed.close();
    expect(resumed.events).toEqual(wanted);
    expect(isChain(resumed.events, middle)).toBe(true);
    const socket = await SocketClient.connect(suite.service.url);
    await socket.join(id, middle);
    expect(socket.events).toEqual(wanted);
    const { turnId } = await socket.send(id, 'say 3 words');
    await socket.turnEnd(turnId);
    expect(isChain(socket.events, middle)).toBe(true);
    socket.close();
  });
});
