import { eventually } from '../../../test/support/eventually';
import { supervision } from '../../../test/support/process-double';
import { InstanceSupervisor } from './instance-supervisor';
import { PoolLimits } from './pool-limits';
import { InstanceSet } from './instance-set';

const RECYCLE = ['it has grown too large', 'recycle'] as const;

describe('InstanceSet', () => {
  let set: InstanceSet;

  const started = async (
    size: number,
    { maxTurns = 2, ...limits }: Partial<PoolLimits> & { maxTurns?: number } = {},
    starts?: (launch: number) => boolean,
  ): Promise<void> => {
    let ids = 0;
    const context = supervision(limits, { starts });
    const nextId = (): string => `codex-${(ids += 1)}`;
    set = new InstanceSet({
      size,
      maxTurns,
      supervision: context,
      nextId,
      onTransition: () => undefined,
      logger: context.logger,
    });
    await set.start('the test starts');
  };
  const member = (id: string): InstanceSupervisor => {
    const found = set.find(id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };
  const states = () => set.all.map(({ id, lifecycle }) => `${id} ${lifecycle.state}`);
  const takeTurn = (id: string): void => member(id).instance.connection?.takeTurn();
  const settled = () => new Promise((wake) => setTimeout(wake, 20));

  afterEach(() => set.stop('the test ends', 0));

  it('replaces one in its place, when its turns have ended, where another has room', async () => {
    await started(2);
    takeTurn('codex-1');
    const { connection } = member('codex-1').instance;
    const recycled = set.recycle(member('codex-1'), ...RECYCLE);
    expect(states()).toEqual(['codex-1 draining', 'codex-2 ready']);
    connection?.returnTurn();
    expect(await recycled).toBe(true);
    expect(states()).toEqual(['codex-1 ready', 'codex-2 ready']);
    expect(member('codex-1').instance.connection).not.toBe(connection);
  });

  it('has a new one ready first where no other has room', async () => {
    await started(2, { maxTurns: 1 });
    ['codex-1', 'codex-2'].forEach(takeTurn);
    const { connection } = member('codex-1').instance;
    expect(await set.recycle(member('codex-1'), ...RECYCLE)).toBe(true);
    expect(states()).toEqual(['codex-1 draining', 'codex-2 ready', 'codex-3 ready']);
    connection?.returnTurn();
    await settled();
    expect(states()).toEqual(['codex-2 ready', 'codex-3 ready']);
  });

  it('replaces one that is just starting, too, when all are to start with new settings', async () => {
    let launches = 0;
    const starting = started(1, {}, (launch) => (launches = launch) > 0);
    expect(states()).toEqual(['codex-1 starting']);
    await set.renew('the settings have changed');
    await starting;
    expect(launches).toBe(2);
  });

  it('replaces it also where the new one does not start at once', async () => {
    await started(1, {}, (launch) => launch !== 2);
    expect(await set.recycle(member('codex-1'), ...RECYCLE)).toBe(true);
    await settled();
    expect(states()).toEqual(['codex-2 ready']);
  });

  it('keeps the old one where no other has room and the new one does not start', async () => {
    await started(1, { restartBackoff: { initialMs: 1, maximumMs: 2 } }, (launch) => launch === 1);
    await set.recycle(member('codex-1'), ...RECYCLE);
    await settled();
    expect(states()).toEqual(['codex-1 ready']);
  });

  it('is not held up by a turn that takes long: its place is filled, and it ends beside the others', async () => {
    await started(2, { drainSoftTimeoutMs: 20 });
    takeTurn('codex-1');
    const { connection } = member('codex-1').instance;
    expect(await set.recycle(member('codex-1'), ...RECYCLE)).toBe(true);
    expect(states()).toEqual(['codex-1 draining', 'codex-2 ready', 'codex-3 ready']);

    expect(await set.recycle(member('codex-2'), ...RECYCLE)).toBe(true);
    expect(states()).toEqual(['codex-1 draining', 'codex-2 ready', 'codex-3 ready']);
    connection?.returnTurn();
    await settled();
    expect(states()).toEqual(['codex-2 ready', 'codex-3 ready']);
  });

  it('has no more than twice as many as it should, however long their turns take', async () => {
    await started(1, { maxTurns: 1 });
    takeTurn('codex-1');
    expect(await set.recycle(member('codex-1'), ...RECYCLE)).toBe(true);
    takeTurn('codex-2');
    expect(await set.recycle(member('codex-2'), ...RECYCLE)).toBe(false);
    expect(states()).toEqual(['codex-1 draining', 'codex-2 ready']);
  });

  it('replaces one after the other when several are to be', async () => {
    await started(2);
    takeTurn('codex-1');
    const { connection } = member('codex-1').instance;
    const both = ['codex-1', 'codex-2'].map((id) => set.recycleInTurn(member(id), 'wanted', 'admin'));
    expect(await set.recycle(member('codex-2'), ...RECYCLE)).toBe(false);
    expect(states()).toEqual(['codex-1 draining', 'codex-2 ready']);
    connection?.returnTurn();
    await Promise.all(both);
    expect(set.all.map(({ starts }) => starts)).toEqual([2, 2]);
  });

  it('rests the last one that serves for a short time only: its turns have nowhere else to go', async () => {
    await started(2, { maxCrashes: 1, quarantineMs: 60_000, lastQuarantineMs: 20 });
    member('codex-1').instance.connection?.kill('it is to crash');
    await settled();
    expect(states()).toEqual(['codex-1 quarantined', 'codex-2 ready']);
    member('codex-2').instance.connection?.kill('it is to crash');
    await eventually('the last one is started again', () => member('codex-2').instance.starts === 2);
    await settled();
    expect(states()).toEqual(['codex-1 quarantined', 'codex-2 ready']);
  });

  it('grows at once, and shrinks when the turns of what is too much have ended', async () => {
    await started(1);
    set.resize(3, 'more is wanted');
    await settled();
    expect(states()).toEqual(['codex-1 ready', 'codex-2 ready', 'codex-3 ready']);
    takeTurn('codex-3');
    const { connection } = member('codex-3').instance;
    set.resize(1, 'less is wanted');
    await settled();
    expect(states()).toEqual(['codex-1 ready', 'codex-3 draining']);
    connection?.returnTurn();
    await settled();
    expect(states()).toEqual(['codex-1 ready']);
  });

  it('starts nothing any more once it is to end, whatever was being replaced', async () => {
    await started(1, { maxTurns: 1 });
    takeTurn('codex-1');
    const recycled = set.recycle(member('codex-1'), ...RECYCLE);
    await set.stop('its group ends', 0);
    await recycled;
    await settled();
    expect(states()).toEqual(['codex-1 stopped']);
  });
});
