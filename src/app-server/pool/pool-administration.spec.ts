import { TransitionHistory } from './pool-administration';

describe('TransitionHistory', () => {
  const change = (reason: string) =>
    ({ from: 'stopped', to: 'starting', reason, at: '2026-11-20T10:00:00.000Z' }) as const;

  it('tells the newest changes first, of all instances or of one', () => {
    const history = new TransitionHistory();
    history.record('shared', 'codex-1', change('one'));
    history.record('user:ada', 'codex-2', change('two'));
    history.record('shared', 'codex-1', change('three'));
    expect(history.newest().map(({ reason }) => reason)).toEqual(['three', 'two', 'one']);
    expect(history.newest('codex-2')).toMatchObject([{ groupId: 'user:ada', instanceId: 'codex-2', to: 'starting' }]);
  });

  it('forgets the oldest beyond its bound', () => {
    const history = new TransitionHistory(2);
    for (const reason of ['one', 'two', 'three']) history.record('shared', 'codex-1', change(reason));
    expect(history.newest().map(({ reason }) => reason)).toEqual(['three', 'two']);
  });
});
