import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { PoolTransitionDto } from '../../src/admin/pool.dto';
import type { Page } from '../../src/database/page';
import { eventually } from '../support/eventually';
import { Exposition } from '../support/exposition';
import { PINNED_CODEX } from '../support/pinned-codex';
import { groupingOf, ratedIn, selectorsOf } from '../support/promql';
import { RelayClient } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { errorReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';
import { REPOSITORY } from '../support/service-process';
import { SocketClient } from '../support/socket-client';
import { wordedReply } from '../support/worded-model';

interface Panel {
  readonly title: string;
  readonly targets?: { expr: string }[];
}

const configFile = (name: string): string => readFileSync(join(REPOSITORY, 'config', name), 'utf8');

/** Where an expression stands, and the expression. */
function expressions(): [string, string][] {
  const { panels } = JSON.parse(configFile('grafana-dashboard.json')) as { panels: Panel[] };
  const { groups } = parse(configFile('alerts.example.yml')) as { groups: { rules: Record<string, string>[] }[] };
  return [
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }): [string, string] => [title, expr])),
    ...groups.flatMap(({ rules }) => rules.map(({ alert = '', expr = '' }): [string, string] => [alert, expr])),
  ];
}

describe('the metrics', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;
  let hasBeenBusy = false;

  beforeAll(async () => {
    model = await startScriptedModel((request) => {
      const { lastUserText } = request;
      if (lastUserText === 'refuse the key') return errorReply(401, 'Incorrect API key provided');
      const isFirst = lastUserText === 'be busy once' && !hasBeenBusy;
      if (isFirst) hasBeenBusy = true;
      return isFirst ? errorReply(503, 'overloaded') : wordedReply(request);
    });
    const limits = { CODEX_POOL_SIZE: '1', CODEX_MAX_TURNS_PER_INSTANCE: '1', CODEX_TURN_QUEUE_SIZE: '2' };
    service = await RelayService.start({ modelUrl: model.url, environment: limits });
    client = service.client;
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  const measure = () => Exposition.of(service.url);
  /** What work adds to a counter. */
  const added = async (work: () => Promise<unknown>) => {
    const before = await measure();
    await work();
    const after = await measure();
    return (name: string, labels = {}) => after.value(name, labels) - before.value(name, labels);
  };
  const askNewChat = async (content: string) => client.ask((await client.createChat()).id, content);

  it('count a turn that completes once, with its wait, its first text and its events', async () => {
    const by = await added(() => askNewChat('hello'));
    expect(by('codex_relay_turns_total')).toBe(1);
    expect(by('codex_relay_turns_total', { status: 'completed', code: '' })).toBe(1);
    expect(by('codex_relay_turn_seconds_count')).toBe(1);
    expect(by('codex_relay_turn_wait_seconds_count')).toBe(1);
    expect(by('codex_relay_pool_wait_seconds_count')).toBe(1);
    expect(by('codex_relay_first_delta_seconds_count')).toBe(1);
    expect(by('codex_relay_first_delta_seconds_sum')).toBeGreaterThan(0);
    expect(by('codex_relay_events_total')).toBeGreaterThan(4);
    expect(by('codex_relay_event_commit_events_sum')).toBe(by('codex_relay_events_total'));
    expect(by('codex_relay_commit_writes_sum')).toBeGreaterThanOrEqual(by('codex_relay_event_commit_seconds_count'));
  });

  it('count a turn that fails with its code, and the call of the model behind it', async () => {
    const by = await added(() => askNewChat('refuse the key'));
    expect(by('codex_relay_turns_total', { status: 'failed', code: 'upstream_unauthorized' })).toBe(1);
    expect(by('codex_relay_turns_total')).toBe(1);
    const provider = 'openai-compatible';
    expect(by('codex_relay_gateway_calls_total', { endpoint: 'responses', provider, outcome: 'failed' })).toBe(1);
    expect(by('codex_relay_gateway_failures_total', { provider, code: 'upstream_unauthorized' })).toBe(1);
  });

  it('count a call through the gateway, its retry, first output and tokens', async () => {
    const body = { model: 'scripted', input: 'be busy once' };
    const by = await added(() => client.request('POST', '/v1/responses', body));
    const provider = 'openai-compatible';
    expect(by('codex_relay_gateway_calls_total', { endpoint: 'responses', provider, outcome: 'ok' })).toBe(1);
    expect(by('codex_relay_gateway_calls_total')).toBe(1);
    expect(by('codex_relay_gateway_retries_total', { provider })).toBe(1);
    expect(by('codex_relay_gateway_first_output_seconds_count', { provider })).toBe(1);
    expect(by('codex_relay_gateway_call_seconds_count', { provider })).toBe(1);
    expect(by('codex_relay_gateway_tokens_total', { provider, kind: 'output' })).toBeGreaterThan(0);
    expect(by('codex_relay_turns_total')).toBe(0);
  });

  it('have no label that a client or the number of chats can add values to', async () => {
    const { id } = await client.createChat();
    await client.ask(id, 'hello');
    const refused = await client.request('POST', '/v1/responses', { model: 'made-up-name', input: 'hello' });
    expect(refused.status).toBe(404);
    const { text, samples } = await measure();
    expect(text).not.toContain('made-up-name');
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    expect(text).not.toContain('"default"');
    expect(new Set(samples.map(({ name, labels }) => name + JSON.stringify(labels))).size).toBe(samples.length);
  });

  it('show what runs, what waits, and what is refused', async () => {
    const [running, waiting, behind, refused] = await Promise.all([1, 2, 3, 4].map(() => client.createChat()));
    const record = await client.follow(running?.id ?? '');
    await client.send(running?.id ?? '', 'say 1000 words every 10 ms');
    await record.first('message.delta');
    await client.send(waiting?.id ?? '', 'hello');
    await client.send(behind?.id ?? '', 'hello');
    const metrics = await eventually('both turns wait for a place', async () => {
      const now = await measure();
      return now.value('codex_relay_pool_waiting_turns') === 2 && now;
    });
    expect(metrics.value('codex_relay_running_turns')).toBe(1);
    expect(metrics.value('codex_relay_queued_turns')).toBe(2);
    expect(metrics.value('codex_relay_queued_turns_limit')).toBe(2);
    expect(metrics.value('codex_relay_instance_turns', { app_server: 'codex-1' })).toBe(1);
    expect(metrics.value('codex_relay_gateway_calls_in_flight')).toBe(1);
    expect(metrics.value('codex_relay_event_streams')).toBe(1);
    expect((await client.request('GET', '/api/v1/admin/pool')).body).toMatchObject({ queuedTurns: 2, waiting: 2 });

    const by = await added(() => client.request('POST', `/api/v1/chats/${refused?.id}/messages`, { content: 'no' }));
    expect(by('codex_relay_messages_refused_total', { code: 'pool_saturated' })).toBe(1);

    await client.interrupt(running?.id ?? '');
    await record.first('turn.completed');
    await record.close();
    const after = await eventually('nothing runs or waits', async () => {
      const now = await measure();
      const left = ['running_turns', 'queued_turns', 'event_streams', 'gateway_calls_in_flight'];
      return left.every((name) => now.value(`codex_relay_${name}`) === 0) && now;
    });
    expect(after.value('codex_relay_pool_waiting_turns')).toBe(0);
    expect(after.value('codex_relay_turns_total', { status: 'interrupted' })).toBe(1);
    expect(after.value('codex_relay_gateway_calls_total', { outcome: 'aborted' })).toBe(1);
  });

  it('count sockets as they open and close', async () => {
    const before = (await measure()).value('codex_relay_sockets');
    const socket = await SocketClient.connect(service.url);
    expect((await measure()).value('codex_relay_sockets')).toBe(before + 1);
    socket.close();
    const isBack = async () => (await measure()).value('codex_relay_sockets') === before;
    await eventually('the socket is counted as closed', isBack);
  });

  it('count an app-server that is killed, and show the one that comes back', async () => {
    const pid = (await service.health()).instances[0]?.pid ?? -1;
    const by = await added(async () => {
      process.kill(pid, 'SIGKILL');
      await eventually('it is back', async () => {
        const [instance] = (await service.health()).instances;
        return instance?.state === 'ready' && instance.pid !== pid;
      });
    });
    expect(by('codex_relay_instance_restarts_total', { cause: 'crash' })).toBe(1);
    expect(by('codex_relay_instance_restarts_total')).toBe(1);
    expect(by('codex_relay_instance_transitions_total', { to: 'backing-off' })).toBe(1);
    expect(by('codex_relay_instance_transitions_total', { to: 'ready' })).toBe(1);
    const { body } = await client.request<Page<PoolTransitionDto>>('GET', '/api/v1/admin/pool/transitions?limit=3');
    expect(body.data.map(({ to, reason }) => [to, reason])).toEqual([
      ['ready', 'initialized'],
      ['starting', 'restart after a crash'],
      ['backing-off', 'killed by SIGKILL'],
    ]);
  });

  it('forget an app-server that is gone, and count its successor as a restart', async () => {
    const { id } = await client.createChat();
    const record = await client.follow(id);
    await client.send(id, 'say 300 words every 10 ms');
    await record.first('message.delta');
    const by = await added(async () => {
      expect((await client.request('POST', '/api/v1/admin/instances/codex-1/restart')).status).toBe(202);
      expect((await record.first('turn.completed')).data.status).toBe('completed');
      const ids = async () => (await service.health()).instances.map((instance) => instance.id).join();
      await eventually('the successor is alone', async () => (await ids()) === 'codex-2');
    });
    await record.close();
    expect(by('codex_relay_instance_restarts_total', { cause: 'admin' })).toBe(1);
    const { samples } = await measure();
    const shown = samples.filter(({ name }) => name === 'codex_relay_instance_resident_memory_bytes');
    expect(shown.map(({ labels }) => labels.app_server)).toEqual(['codex-2']);
    expect(shown[0]?.value).toBeGreaterThan(1e7);
  });

  it('say what runs here, and since when', async () => {
    const metrics = await measure();
    expect(metrics.value('codex_relay_build_info', { codex_version: PINNED_CODEX })).toBe(1);
    expect(metrics.value('codex_relay_ready')).toBe(1);
    expect(metrics.value('process_start_time_seconds')).toBeGreaterThan(1e9);
  });

  describe('agree with the dashboard and the alert rules:', () => {
    const ownLabels = ['instance', 'job'];

    it.each(expressions())('%s: %s', async (_, expression) => {
      const metrics = await measure();
      const selected = selectorsOf(expression);
      const names = selected.map(({ series }) => metrics.metricOf(series));
      if (!expression.startsWith('up{')) expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !metrics.types.has(name))).toEqual([]);
      for (const { series, labels } of selected) {
        const known = [...metrics.labelsOf(metrics.metricOf(series)), ...ownLabels];
        expect(known).toEqual(expect.arrayContaining([...labels]));
      }
      const groupable = [...names.flatMap((name) => metrics.labelsOf(name)), ...ownLabels];
      expect(groupable).toEqual(expect.arrayContaining(groupingOf(expression)));

      const rated = ratedIn(expression);
      expect(rated.filter((series) => metrics.types.get(metrics.metricOf(series)) === 'gauge')).toEqual([]);
      const totals = selected.map(({ series }) => series).filter((series) => metrics.types.get(series) === 'counter');
      expect(totals.filter((series) => !rated.includes(series))).toEqual([]);
    });

    it('every metric of ours is shown', async () => {
      const metrics = await measure();
      const shown = new Set(
        expressions().flatMap(([, expression]) =>
          selectorsOf(expression).map(({ series }) => metrics.metricOf(series)),
        ),
      );
      const own = [...metrics.types.keys()].filter((name) => name.startsWith('codex_relay_'));
      expect(own.filter((name) => !shown.has(name))).toEqual([]);
    });
  });
});

describe('the metrics of a pool with a process per chat', () => {
  let service: RelayService;

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_ISOLATION: 'session' } });
  });
  afterAll(() => service?.dispose());

  it('are sums, so that chats which come and go leave no series behind', async () => {
    const { client } = service;
    for (const { id } of [await client.createChat(), await client.createChat()]) await client.ask(id, 'hello');
    const metrics = await Exposition.of(service.url);
    expect(metrics.value('codex_relay_groups')).toBe(2);
    expect(metrics.value('codex_relay_instances', { state: 'ready' })).toBe(2);
    const perInstance = metrics.samples.filter(({ labels }) => 'app_server' in labels);
    expect(new Set(perInstance.map(({ labels }) => labels.app_server))).toEqual(new Set(['all']));
    expect(metrics.value('codex_relay_instance_threads', { app_server: 'all' })).toBe(2);
  });
});
