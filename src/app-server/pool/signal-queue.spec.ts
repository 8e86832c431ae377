import { SignalQueue } from './signal-queue';

describe('SignalQueue', () => {
  const read = async (queue: SignalQueue<number>, count: number): Promise<number[]> => {
    const items: number[] = [];
    for await (const item of queue) if (items.push(item) === count) break;
    return items;
  };

  it('keeps everything in order and presses its producer while too much lies there', async () => {
    const pressure: boolean[] = [];
    const queue = new SignalQueue<number>((pressed) => pressure.push(pressed));
    for (let item = 0; item < 1500; item += 1) queue.push(item);
    expect(pressure).toEqual([true]);
    expect(await read(queue, 1500)).toEqual(Array.from({ length: 1500 }, (_, item) => item));
    expect(pressure).toEqual([true, false]);
  });

  it('wakes a reader that waits', async () => {
    const queue = new SignalQueue<number>(() => undefined);
    const reading = read(queue, 1);
    await new Promise((resolve) => setImmediate(resolve));
    queue.push(1);
    await expect(reading).resolves.toEqual([1]);
  });

  it('fails only behind what was said before', async () => {
    const queue = new SignalQueue<number>(() => undefined);
    queue.push(1);
    queue.fail(new Error('gone'));
    await expect(read(queue, 1)).resolves.toEqual([1]);
    await expect(read(queue, 1)).rejects.toThrow('gone');
  });

  it('ends its reader and lifts the pressure', async () => {
    const pressure: boolean[] = [];
    const queue = new SignalQueue<number>((pressed) => pressure.push(pressed));
    for (let item = 0; item < 1000; item += 1) queue.push(item);
    queue.end();
    await expect(read(queue, 1)).resolves.toEqual([]);
    expect(pressure).toEqual([true, false]);
  });
});
