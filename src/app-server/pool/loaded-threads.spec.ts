import { LoadedThreads } from './loaded-threads';

describe('LoadedThreads', () => {
  let threads: LoadedThreads;
  let clock: number;

  beforeEach(() => {
    clock = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => clock);
    threads = new LoadedThreads();
  });
  afterEach(() => void jest.restoreAllMocks());

  const use = (threadId: string): void => {
    threads.lease(threadId, 'opened so');
    threads.release(threadId);
  };

  it('count as idle beyond a bound those that were not used for longest, and none with a turn', () => {
    threads.lease('at work', 'opened so');
    ['a', 'b', 'c'].forEach(use);
    use('a');
    expect(threads.idleBeyond(1)).toEqual(['b', 'c']);
    expect(threads.idleBeyond(3)).toEqual([]);
    expect(threads.idleBeyond(0)).toEqual(['b', 'c', 'a']);
  });

  it('count as idle for long from the end of the last turn, and none with a turn', () => {
    threads.lease('at work', 'opened so');
    threads.lease('long turn', 'opened so');
    use('unused');
    clock += 500;
    threads.release('long turn');
    clock += 500;
    expect(threads.idleFor(1_000)).toEqual(['unused']);
    expect(threads.idleFor(500)).toEqual(['long turn', 'unused']);
  });

  it('know in which way each was opened', () => {
    use('a');
    expect([threads.isOpenedAs('a', 'opened so'), threads.isOpenedAs('a', 'otherwise')]).toEqual([true, false]);
    threads.remove('a');
    expect([threads.has('a'), threads.isOpenedAs('a', 'opened so')]).toEqual([false, false]);
  });
});
