import { FairQueue } from './fair-queue';

function queueOf(...items: string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.add(item[0] ?? '', item);
  return queue;
}

describe('FairQueue', () => {
  const served = (queue: FairQueue<string>, room: number, canServe = (_item: string) => true): string[] => {
    const order: string[] = [];
    queue.serve((item) => order.length < room && canServe(item) && order.push(item) > 0);
    return order;
  };

  it('serves the users in turn, each in order', () => {
    expect(served(queueOf('a1', 'a2', 'a3', 'b1', 'c1', 'c2'), 10)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  it('goes on with the next user when there is room again', () => {
    const queue = queueOf('a1', 'a2', 'a3', 'b1', 'c1');
    expect([...served(queue, 1), ...served(queue, 1), ...served(queue, 1), ...served(queue, 1)]).toEqual([
      'a1',
      'b1',
      'c1',
      'a2',
    ]);
    expect(queue.length).toBe(1);
  });

  it('passes over one that cannot be served, which stays first in its queue', () => {
    const queue = queueOf('a1', 'a2', 'b1');
    expect(served(queue, 10, (item) => item !== 'a1')).toEqual(['a2', 'b1']);
    expect(served(queue, 10)).toEqual(['a1']);
  });

  it('foretells its own order', () => {
    const all = ['a1', 'a2', 'a3', 'b1', 'c1', 'c2'];
    const queue = queueOf(...all);
    const expected = all.map((item) => [queue.ahead(item[0] ?? '', item), item] as const);
    const order = expected.sort(([one], [other]) => one - other).map(([, item]) => item);
    expect(order).toEqual(served(queue, 10));
    expect(queue.ahead('a', 'a1')).toBe(-1);
  });

  it('lets one leave', () => {
    const queue = queueOf('a1', 'b1');
    expect([queue.remove('a', 'a1'), queue.remove('a', 'a1'), queue.length]).toEqual([true, false, 1]);
    expect(queue.drain()).toEqual(['b1']);
    expect(queue.length).toBe(0);
  });
});
