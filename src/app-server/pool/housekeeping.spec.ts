import { eventually } from '../../../test/support/eventually';
import { supervision } from '../../../test/support/process-double';
import { PoolConfig } from '../../config/pool.config';
import { GroupKey, SHARED } from '../../runtime/group-key';
import { GroupRegistry } from './group-registry';
import { Housekeeping } from './housekeeping';
import { Group } from './group';
import { InstanceSet } from './instance-set';

const INTERVAL_S = 0.02;
/** Time for several rounds, in which something must not happen. */
const rounds = () => new Promise((wake) => setTimeout(wake, 200));

describe('Housekeeping', () => {
  let housekeeping: Housekeeping;
  let sets: InstanceSet[];

  beforeEach(() => {
    sets = [];
  });
  afterEach(async () => {
    housekeeping.stop();
    await Promise.all(sets.map((set) => set.stop('the test ends', 0)));
  });

  const groupOf = async (key: GroupKey, { size = 1, idleMs = 0 } = {}) => {
    const context = supervision({ drainSoftTimeoutMs: 10_000 });
    let ids = 0;
    const nextId = (): string => `codex-${(ids += 1)}`;
    const set = new InstanceSet({
      size,
      maxTurns: 5,
      supervision: context,
      nextId,
      onTransition: () => undefined,
      logger: context.logger,
    });
    await set.start('the test starts');
    sets.push(set);
    const unloadIdleThreads = jest.fn();
    return { key, id: key.kind, idleMs, instances: set, unloadIdleThreads } as unknown as Group & {
      unloadIdleThreads: jest.Mock;
    };
  };
  const look = (groups: Group[], settings: Partial<PoolConfig> = {}) => {
    const end = jest.fn(() => Promise.resolve());
    const { limits, logger } = supervision();
    const config = Object.assign(new PoolConfig(), { cleanupIntervalSeconds: INTERVAL_S, ...settings });
    housekeeping = new Housekeeping({ all: groups, end } as unknown as GroupRegistry, config, limits, logger);
    housekeeping.start();
    return end;
  };
  const startsOf = ({ instances }: Group) => instances.all.map(({ starts }) => starts);

  it('ends a group that nothing has used for long, and never the shared one', async () => {
    const idle = await groupOf({ kind: 'user', userId: 'ada' }, { idleMs: 300_000 });
    const used = await groupOf({ kind: 'user', userId: 'ben' }, { idleMs: 299_000 });
    const shared = await groupOf(SHARED, { idleMs: 300_000 });
    const end = look([idle, used, shared]);
    await eventually('it has looked twice', () => end.mock.calls.length > 1);
    expect(new Set(end.mock.calls.map(([group]: unknown[]) => group))).toEqual(new Set([idle]));
  });

  it('unloads threads that were not used for long', async () => {
    const group = await groupOf(SHARED);
    look([group]);
    await eventually('it has looked', () => group.unloadIdleThreads.mock.calls.length > 0);
    expect(group.unloadIdleThreads).toHaveBeenCalledWith(900_000);
  });

  it('replaces what has passed a limit, and only that', async () => {
    const group = await groupOf(SHARED, { size: 2 });
    look([group], { recycleRssMb: 1 });
    await eventually('both are replaced', () => Math.min(...startsOf(group)) > 1);
  });

  it('leaves alone what has not', async () => {
    const group = await groupOf(SHARED, { size: 2 });
    look([group], { recycleRssMb: 1_000_000 });
    await rounds();
    expect(startsOf(group)).toEqual([1, 1]);
  });

  it('goes on elsewhere while the turn of an instance that is to be replaced takes long', async () => {
    const [stuck, other] = [
      await groupOf(SHARED, { size: 2 }),
      await groupOf({ kind: 'user', userId: 'ada' }, { size: 2 }),
    ];
    stuck.instances.all[0]?.connection?.takeTurn();
    look([stuck, other], { recycleRssMb: 1 });
    await eventually('those of the other group are replaced', () => Math.min(...startsOf(other)) > 1);
    expect(stuck.instances.all[0]?.lifecycle.state).toBe('draining');
    const before = stuck.unloadIdleThreads.mock.calls.length;
    await eventually('its own threads are looked after', () => stuck.unloadIdleThreads.mock.calls.length > before);
  });
});
