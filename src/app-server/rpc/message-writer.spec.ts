import { Writable } from 'node:stream';
import pino from 'pino';
import { MessageWriter } from './message-writer';

/** The input of a process that takes what is written only when the test lets it. */
function slowInput() {
  const taken: (() => void)[] = [];
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void taken.push(done) });
  return { stream, writer: new MessageWriter(stream, pino({ level: 'silent' })), take: () => taken.shift()?.() };
}

describe('MessageWriter', () => {
  it('waits anew each time that the process takes no more', async () => {
    const { writer, take } = slowInput();
    for (let time = 0; time < 2; time += 1) {
      writer.write({ method: 'initialized' });
      expect(writer.isFull).toBe(true);
      let isDrained = false;
      const drained = writer.whenDrained().then(() => (isDrained = true));
      await new Promise(setImmediate);
      expect(isDrained).toBe(false);
      take();
      await drained;
      expect(writer.isFull).toBe(false);
    }
  });

  it('keeps nobody waiting for a process that has ended', async () => {
    const { stream, writer } = slowInput();
    writer.write({ method: 'initialized' });
    const drained = writer.whenDrained();
    stream.destroy();
    await drained;
    expect([writer.isFull, stream.listenerCount('drain'), stream.listenerCount('close')]).toEqual([false, 0, 0]);
  });
});
