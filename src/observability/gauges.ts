import { Gauge } from 'prom-client';

/**
 * What is measured when `/metrics` is asked, in prom-client's default registry.
 *
 * The label `app_server` is not called `instance`, because Prometheus gives that name to the service itself. Ids of
 * app-servers of users and chats are never used again, so all of those are one series, `app_server="all"`.
 */

const gauge = <L extends string = never>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
  new Gauge<L>({ name: `codex_relay_${name}`, help, labelNames });

export const buildInfo = gauge('build_info', 'Always 1; the versions are in its labels', 'version', 'codex_version');
export const ready = gauge('ready', '1 while a turn can run, else 0');

export const runningTurns = gauge('running_turns', 'Turns that run');
export const queueLimit = gauge('queued_turns_limit', 'Accepted turns that may wait before messages are refused');
export const waitingTurns = gauge('pool_waiting_turns', 'Turns that wait for a slot in an app-server');

export const instances = gauge('instances', 'App-server processes, by state', 'state');
export const groups = gauge('groups', 'Groups of app-servers: one, or with CODEX_ISOLATION one a user or chat');
export const instanceTurns = gauge('instance_turns', 'Turns that an app-server runs', 'app_server');
export const instanceThreads = gauge('instance_threads', 'Threads that an app-server has loaded', 'app_server');
export const instanceRequests = gauge(
  'instance_requests_in_flight',
  'Requests that an app-server has not answered; it is given 64 at once',
  'app_server',
);
export const instanceMemory = gauge(
  'instance_resident_memory_bytes',
  'Resident memory of an app-server, Linux only',
  'app_server',
);
export const instanceDescriptors = gauge(
  'instance_open_fds',
  'File descriptors that an app-server has open, Linux only',
  'app_server',
);

export const queuedWrites = gauge('queued_writes', 'Writes that wait for a database transaction');
export const uncommittedEvents = gauge('uncommitted_events', 'Events of chats that wait for their commit');
