import { reasonToRecycle } from './recycling';

describe('reasonToRecycle', () => {
  const usage = { rssBytes: 300 * 1024 ** 2, ageMs: 60_000, loadedThreads: 20, descriptors: 90 };
  const limits = { recycleRssMb: 300, recycleAgeSeconds: 60, recycleThreads: 20, recycleDescriptors: 90 };

  it('has none up to the limits, nor where there is no limit', () => {
    expect(reasonToRecycle(usage, limits)).toBeNull();
    const none = { recycleRssMb: 0, recycleAgeSeconds: 0, recycleThreads: 0, recycleDescriptors: 0 };
    expect(reasonToRecycle(usage, none)).toBeNull();
  });

  it.each([
    ['recycleRssMb', '300 MiB of memory, more than 299'],
    ['recycleAgeSeconds', '60 seconds of age, more than 59'],
    ['recycleThreads', '20 loaded threads, more than 19'],
    ['recycleDescriptors', '90 descriptors, more than 89'],
  ] as const)('names the limit that is passed: %s', (limit, reason) => {
    expect(reasonToRecycle(usage, { ...limits, [limit]: limits[limit] - 1 })).toBe(reason);
  });
});
