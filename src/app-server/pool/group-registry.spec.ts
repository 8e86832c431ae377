import { ProcessDouble, supervision } from '../../../test/support/process-double';
import { PoolConfig } from '../../config/pool.config';
import { GroupKey } from '../../runtime/group-key';
import { ProcessListener } from '../process/app-server-process';
import { ProcessLauncher } from '../process/process-launcher';
import { GroupRegistry } from './group-registry';
import { InstanceGroup } from './instance-group';
import { StartTurnstile } from './start-turnstile';
import { TransitionHistory } from './transition-history';

const of = (userId: string): GroupKey => ({ kind: 'user', userId });

describe('GroupRegistry', () => {
  let groups: GroupRegistry;
  let launches: string[];

  beforeEach(() => {
    const { limits, logger } = supervision();
    launches = [];
    const launch = (key: GroupKey, _id: string, listener: ProcessListener) => {
      launches.push(key.kind === 'user' ? key.userId : key.kind);
      return new ProcessDouble(listener, true);
    };
    const launcher = { launch } as unknown as ProcessLauncher;
    const nextInstanceId = (): string => `codex-${launches.length + 1}`;
    const context = {
      config: new PoolConfig(),
      launcher,
      limits,
      logger,
      starts: new StartTurnstile(),
      nextInstanceId,
      history: new TransitionHistory(),
    };
    groups = new GroupRegistry(context, 2);
  });
  afterEach(() => groups.stop('the test ends', 0));

  const ids = () => groups.all.map(({ id }) => id).sort();
  /** A group whose process is ready and runs a turn. */
  const inUse = async (userId: string): Promise<InstanceGroup> => {
    const group = await groups.obtain(of(userId));
    while (!group.ready) await new Promise((wake) => setTimeout(wake, 1));
    group.roster.instances[0]?.session?.takeTurn();
    return group;
  };
  const endTurn = (group: InstanceGroup): void => group.roster.instances[0]?.session?.returnTurn();

  it('starts a group at its first use, and once', async () => {
    expect(groups.find(of('ada'))).toBeUndefined();
    const [one, two] = await Promise.all([groups.obtain(of('ada')), groups.obtain(of('ada'))]);
    expect(one).toBe(two);
    expect(groups.find(of('ada'))).toBe(one);
    expect(launches).toEqual(['ada']);
  });

  it('ends the one that was not used for longest where another needs its place', async () => {
    const [ada, ben] = [await inUse('ada'), await inUse('ben')];
    endTurn(ben);
    expect(groups.admits(of('cleo'))).toBe(true);
    await inUse('cleo');
    expect(ids()).toEqual(['user:ada', 'user:cleo']);
    expect(ben.ready).toBe(false);
    expect(ada.ready).toBe(true);
  });

  it('refuses another one while all are in use, and says so before', async () => {
    const [ada] = [await inUse('ada'), await inUse('ben')];
    expect(groups.admits(of('cleo'))).toBe(false);
    expect(groups.admits(of('ada'))).toBe(true);
    await expect(groups.obtain(of('cleo'))).rejects.toMatchObject({ reason: 'saturated' });
    expect(ids()).toEqual(['user:ada', 'user:ben']);
    endTurn(ada);
    expect(groups.admits(of('cleo'))).toBe(true);
  });

  it('opens a group again only when its home is free', async () => {
    const ada = await inUse('ada');
    const ended = groups.end(ada, 'idle');
    let isFree = false;
    void ended.then(() => (isFree = true));
    const again = await groups.obtain(of('ada'));
    expect(isFree).toBe(true);
    expect(again).not.toBe(ada);
  });
});
