import { inMountOrder } from './covers';

const hidden = (at: string, always?: true) => ({ kind: 'hidden' as const, at, ...(always && { always }) });
const kept = (at: string) => ({ kind: 'kept' as const, at, source: at });
const masked = (at: string) => ({ kind: 'masked' as const, at });

describe('what covers the folders of the machine', () => {
  it('is mounted from the outside in, without what changes nothing', () => {
    const covers = [
      masked('/root/tool/key'),
      kept('/root/tool'),
      hidden('/root'),
      hidden('/root/.ssh'),
      kept('/usr/bin'),
    ];
    expect(inMountOrder(covers)).toEqual([hidden('/root'), kept('/root/tool'), masked('/root/tool/key')]);
  });

  it('hides what lies in a folder that is kept, and what is always to be hidden', () => {
    const covers = [
      hidden('/tmp'),
      kept('/tmp/a'),
      hidden('/tmp/a/data', true),
      kept('/tmp/a/data/home'),
      hidden('/tmp/b', true),
    ];
    expect(inMountOrder(covers).map(({ at }) => at)).toEqual([
      '/tmp',
      '/tmp/a',
      '/tmp/b',
      '/tmp/a/data',
      '/tmp/a/data/home',
    ]);
  });

  it('is the first of two at one path', () => {
    expect(inMountOrder([hidden('/data'), kept('/data')])).toEqual([hidden('/data')]);
  });
});
