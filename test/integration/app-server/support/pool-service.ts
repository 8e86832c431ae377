import { PoolFixture, say, until } from './pool-fixture';

/** A service with nothing but a pool, to be killed. Prints one line of JSON when the agent's commands run. */
export interface ServiceReport {
  readonly root: string;
  readonly pids: number[];
}

/** Commands that try to stay: in the sandbox, outside of it, and outside in a session of their own. */
async function main(tag: string): Promise<void> {
  const fixture = await PoolFixture.start({ config: { size: 2 } });
  await startCommand(fixture, `sleep ${tag}`, 'workspace-write');
  await startCommand(fixture, `setsid sleep ${tag} & sleep ${tag}`, 'danger-full-access');
  const pids = fixture.pool.status().instances.map(({ pid }) => pid ?? 0);
  const report: ServiceReport = { root: fixture.root, pids };
  // Before the report: its reader may end the service at once.
  process.once('SIGTERM', () => void fixture.pool.stop({ graceMs: 0 }).then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

async function startCommand(
  fixture: PoolFixture,
  command: string,
  sandbox: 'workspace-write' | 'danger-full-access',
): Promise<void> {
  const lease = await fixture.lease(null, { sandbox });
  await lease.startTurn(say(`run ${command}`));
  let isRunning = false;
  const read = async (): Promise<void> => {
    for await (const signal of lease.signals()) {
      if (signal.kind === 'notification' && signal.notification.method === 'item/started') {
        isRunning ||= signal.notification.params.item.type === 'commandExecution';
      }
    }
  };
  // The end of the instance is what this program is for.
  read().catch(() => undefined);
  await until(() => isRunning);
}

void main(process.argv[2] ?? '1000');
