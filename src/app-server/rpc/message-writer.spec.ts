import { Writable } from 'node:stream';
import { NO_REPLY } from './message';
import { LineMessageWriter } from './message-writer';

const INITIALIZED = { jsonrpc: '2.0', method: 'initialized' };

/** The input of a process that takes what is written only when the test lets it. */
function slowInput() {
  const taken: (() => void)[] = [];
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void taken.push(done) });
  return { stream, writer: new LineMessageWriter(stream), take: () => taken.shift()?.() };
}

describe('LineMessageWriter', () => {
  it('waits anew each time that the process takes no more', async () => {
    const { writer, take } = slowInput();
    for (let time = 0; time < 2; time += 1) {
      void writer.write(INITIALIZED);
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
    void writer.write(INITIALIZED);
    const drained = writer.whenDrained();
    stream.destroy();
    await drained;
    expect([writer.isFull, stream.listenerCount('drain'), stream.listenerCount('close')]).toEqual([false, 0, 0]);
  });

  it('writes a line without the field jsonrpc, and half of a character as its replacement', async () => {
    const lines: string[] = [];
    const stream = new Writable({ write: (line, _encoding, done) => void done(void lines.push(String(line))) });
    const writer = new LineMessageWriter(stream);
    await writer.write({ ...INITIALIZED, ...{ params: { text: 'a\ud83d \\ud83d 😀\n' } } });
    expect(lines).toEqual(['{"method":"initialized","params":{"text":"a\ufffd \\\\ud83d 😀\\n"}}\n']);
  });

  it('writes no answer to a question that was withdrawn', async () => {
    const lines: string[] = [];
    const stream = new Writable({ write: (line, _encoding, done) => void done(void lines.push(String(line))) });
    const writer = new LineMessageWriter(stream);
    await writer.write({ jsonrpc: '2.0', ...{ id: 1, result: NO_REPLY } });
    await writer.write({ jsonrpc: '2.0', ...{ id: 2, result: {} } });
    expect(lines).toEqual(['{"id":2,"result":{}}\n']);
  });
});
