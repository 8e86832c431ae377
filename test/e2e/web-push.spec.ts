import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PushDeviceDto, PushSettingsDto } from '../../src/push/push-device.dto';
import type { ProjectDto } from '../../src/projects/project.dto';
import type { Browser } from 'playwright-core';
import { describeInBrowser, launchBrowser } from '../support/browser';
import { eventually } from '../support/eventually';
import { LocalPerson } from '../support/local-person';
import { clickOn, cookiesOf, deliveryTo, shownBy, subscribing, workerOf } from '../support/push-delivery';
import { BUSY_SECONDS, PushBrowser, type PushedMessage, PushService, senderOf } from '../support/push-service';
import { RelayClient } from '../support/relay-client';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

const PATIENCE_MS = 40_000;
const PUSH = '/api/v1/account/push';

describe('browsers whose page is closed', () => {
  let push: PushService;
  let service: RelayService;
  let root: LocalPerson;
  let ada: LocalPerson;
  let ben: LocalPerson;
  let project: string;
  const call = <T = object>(who: LocalPerson, method: string, path: string, body?: object, cookie = who.cookie) =>
    new RelayClient(service.url).request<T & { code?: string }>(method, `${PUSH}${path}`, body, { cookie });
  const browserAt = (path: string): PushBrowser => new PushBrowser(`${push.url}${path}`);
  const register = async (who: LocalPerson, browser: PushBrowser, more: object = {}, cookie = who.cookie) => {
    const input = { ...browser.subscription, ...more };
    const { status, body } = await call<PushDeviceDto>(who, 'POST', '/devices', input, cookie);
    expect([browser.endpoint, status, body.code]).toEqual([browser.endpoint, 201, undefined]);
    return body;
  };
  const devices = async (who: LocalPerson): Promise<PushDeviceDto[]> =>
    (await call<{ data: PushDeviceDto[] }>(who, 'GET', '/devices')).body.data;
  const remove = async (who: LocalPerson, ...given: PushDeviceDto[]) => {
    for (const { id } of given) expect((await call(who, 'DELETE', `/devices/${id}`)).status).toBe(204);
  };
  const messages = (path: string, count: number): Promise<PushedMessage[]> =>
    eventually(`${count} messages at ${path}`, () => push.at(path).length >= count && push.at(path), PATIENCE_MS);
  /** Sends a test after all else, so that nothing more can be on its way to a browser: one comes after another. */
  const allAt = async (who: LocalPerson, { id }: PushDeviceDto, browser: PushBrowser) => {
    const path = new URL(browser.endpoint).pathname;
    expect((await call(who, 'POST', `/devices/${id}/test`)).status).toBe(202);
    const isTest = (message: PushedMessage): boolean => browser.read(message).kind === 'test';
    await eventually(`the test at ${path}`, () => push.at(path).some(isTest), PATIENCE_MS);
    return push.at(path).map((message) => browser.read(message));
  };

  beforeAll(async () => {
    push = await PushService.start();
    service = await RelayService.start({
      environment: {
        ...{ SECURITY_METHOD: 'Local', CODEX_POOL_SIZE: '1', API_REQUESTS_PER_MINUTE: '0' },
        ...{ CODEX_SANDBOX_MODE_MAX: 'danger-full-access', WEB_PUSH_PRIVATE_HOSTS: push.host },
        WEB_PUSH_SUBJECT: 'mailto:operator@example.com',
      },
    });
    root = await LocalPerson.first(service);
    [ada, ben] = [await root.invite('ada'), await root.invite('ben')];
    project = (await ada.client.request<ProjectDto>('POST', '/api/v1/projects', { name: 'Site' })).body.id;
    const member = { userId: ben.id, role: 'editor' };
    await ada.client.request('POST', `/api/v1/projects/${project}/members`, member);
  }, 120_000);
  afterAll(async () => {
    await service?.dispose();
    await push?.stop();
  });

  it('are registered by a session alone, at public addresses, with keys that are told to nobody', async () => {
    const { publicKey } = (await call<PushSettingsDto>(ada, 'GET', '')).body;
    const file = join(service.dataRoot, 'global_config', 'web_push_key');
    expect([statSync(file).mode & 0o777, Buffer.from(publicKey ?? '', 'base64url').length]).toEqual([0o600, 65]);
    const browser = browserAt('/first');
    const { keys } = browser.subscription;
    for (const endpoint of [
      'https://127.0.0.1:9/',
      'https://[::1]/',
      'http://push.example.com/',
      'https://169.254.169.254/',
    ]) {
      const { status, body } = await call(ada, 'POST', '/devices', { endpoint, keys });
      expect([endpoint, status, body.code]).toEqual([endpoint, 422, 'push_host_not_allowed']);
    }
    const wrong = { ...browser.subscription, keys: { ...keys, p256dh: 'B'.repeat(87) } };
    expect((await call(ada, 'POST', '/devices', wrong)).body.code).toBe('invalid_push_key');
    const byToken = await ada.client.request('POST', `${PUSH}/devices`, browser.subscription);
    expect([byToken.status, byToken.body.code]).toEqual([403, 'permission_denied']);

    const made = await register(ada, browser);
    expect((await register(ada, browser)).id).toBe(made.id);
    const listed = await devices(ada);
    expect(listed).toMatchObject([{ id: made.id, isCurrent: true, projects: [], deliveredAt: null, error: null }]);
    expect(JSON.stringify(listed)).not.toMatch(new RegExp([keys.auth, keys.p256dh, push.host].join('|')));

    expect((await call(ada, 'POST', `/devices/${made.id}/test`)).status).toBe(202);
    const [message] = await messages('/first', 1);
    expect(browser.read(message!)).toEqual({ kind: 'test', chatId: null, status: null, title: '' });
    expect(() => browserAt('/other').read(message!)).toThrow();
    const sender = senderOf(message!);
    expect(sender).toMatchObject({ key: publicKey, aud: push.url, sub: 'mailto:operator@example.com' });
    expect(sender.exp * 1_000 - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);
    expect(message!.headers).toMatchObject({ urgency: 'high', 'content-encoding': 'aes128gcm' });
    await eventually('it is noted', async () => (await devices(ada))[0]?.deliveredAt);
    for (const secret of [keys.auth, readFileSync(file, 'utf8'), '/first']) expect(service.log).not.toContain(secret);
    await remove(ada, made);
  });

  it('are told that a chat waits and that its turn has ended, each in the place of what was before', async () => {
    const browser = browserAt('/told');
    const device = await register(ada, browser);
    const { id: chatId } = await ada.client.createChat({ title: 'Build it' });
    await ada.client.send(chatId, 'approve: echo a-secret-command');
    const [waiting] = await messages('/told', 1);
    expect(browser.read(waiting!)).toEqual({ kind: 'waiting', chatId, status: null, title: 'Build it' });
    const [approval] = await ada.client.approvals(chatId);
    await ada.client.answer(approval?.id ?? '', 'accept');
    const [, ended] = await messages('/told', 2);
    expect(browser.read(ended!)).toEqual({ kind: 'ended', chatId, status: 'completed', title: 'Build it' });
    const [first, second] = [waiting!.headers, ended!.headers];
    expect([first.urgency, second.urgency]).toEqual(['high', 'normal']);
    expect(first.topic).toMatch(/^[\w-]{32}$/);
    expect(second.topic).toBe(first.topic);
    expect(Number(second.ttl)).toBeGreaterThan(3_600);
    expect(Number(first.ttl)).toBeLessThanOrEqual(Number(second.ttl));
    expect(waiting!.body.length).toBe(ended!.body.length);
    expect((await allAt(ada, device, browser)).map(({ kind }) => kind)).toEqual(['waiting', 'ended', 'test']);
    await remove(ada, device);
  });

  it('are forgotten when they are gone, asked again when their push service is busy, and ten at most', async () => {
    const [gone, busy] = [browserAt('/gone'), browserAt('/busy')];
    const [, kept] = [await register(ada, gone), await register(ada, busy)];
    await ada.client.ask((await ada.client.createChat()).id, 'hello');
    await eventually('who is gone is removed', async () => (await devices(ada)).length === 1);
    const [first, second] = await messages('/busy', 2);
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(BUSY_SECONDS * 1_000 - 50);
    expect(busy.read(second!)).toEqual(busy.read(first!));
    expect(second!.headers.topic).toBe(first!.headers.topic);
    await eventually('it is noted', async () => {
      const [device] = await devices(ada);
      return device?.deliveredAt != null && device.error === null;
    });
    expect(push.at('/gone')).toHaveLength(1);
    for (let index = 0; index < 10; index += 1) await register(ada, browserAt(`/many-${index}`));
    const ids = (await devices(ada)).map(({ id }) => id);
    expect([ids.length, ids.includes(kept.id)]).toEqual([10, false]);
    await remove(ada, ...(await devices(ada)));
  });

  it('are told of chats of others only where their user has chosen the project, and may read in it', async () => {
    const [chosen, plain] = [browserAt('/chosen'), browserAt('/plain')];
    const [of, own] = [await register(ben, chosen, { projects: [project] }), await register(ben, plain)];
    for (const path of [`/devices/${of.id}`, `/devices/${of.id}/test`]) {
      const method = path.endsWith('test') ? 'POST' : 'DELETE';
      expect((await call(ada, method, path)).body.code).toBe('push_device_not_found');
    }
    const stolen = { ...chosen.subscription, keys: browserAt('/chosen').subscription.keys };
    expect((await call(ada, 'POST', '/devices', stolen)).body.code).toBe('push_endpoint_taken');
    expect((await call(root, 'POST', '/devices', { ...plain.subscription, projects: [project] })).body.code).toBe(
      'project_not_found',
    );
    const shared = (await ada.client.createChat({ projectId: project, title: 'Ours' })).id;
    await ada.client.ask(shared, 'hello');
    await ada.client.ask((await ada.client.createChat({ title: 'Hers' })).id, 'hello');
    await messages('/chosen', 1);
    expect((await call(ben, 'PATCH', `/devices/${own.id}`, { projects: [project] })).status).toBe(200);
    await ada.client.request('DELETE', `/api/v1/projects/${project}/members/${ben.id}`);
    await ada.client.ask(shared, 'without ben');
    expect((await allAt(ben, of, chosen)).map(({ kind, title }) => [kind, title])).toEqual([
      ['ended', 'Ours'],
      ['test', ''],
    ]);
    expect((await allAt(ben, own, plain)).map(({ kind }) => kind)).toEqual(['test']);
    await remove(ben, of, own);
  });

  it('are told nothing once their session is over, or their user is disabled', async () => {
    const [here, there, disabled] = [browserAt('/here'), browserAt('/there'), browserAt('/disabled')];
    const kept = await register(ada, here);
    const { cookie } = await ada.signIn();
    await register(ada, there, {}, cookie);
    await register(ben, disabled);
    expect((await devices(ada)).map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    const out = await new RelayClient(service.url).request('POST', '/api/v1/account/sign-out', undefined, { cookie });
    expect(out.status).toBe(200);
    expect((await devices(ada)).map(({ id }) => id)).toEqual([kept.id]);
    const chat = (await ben.client.createChat({ title: 'Of ben' })).id;
    await ben.client.send(chat, 'approve: date');
    await messages('/disabled', 1);
    await root.inBrowser('PATCH', `/api/v1/admin/users/${ben.id}`, { disabled: true });
    await ada.client.ask((await ada.client.createChat()).id, 'hello');
    expect((await allAt(ada, kept, here)).map(({ kind }) => kind)).toEqual(['ended', 'test']);
    expect([push.at('/there').length, push.at('/disabled').length]).toEqual([0, 1]);
    await remove(ada, kept);
  });

  describeInBrowser('and real ones', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser?.close());

    it('are added by the bell, show what comes unless one looks at the page, and go to the chat by a click', async () => {
      const phone = browserAt('/chromium');
      const context = await browser.newContext({ baseURL: service.url });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      await context.grantPermissions(['notifications'], { origin: service.url });
      await context.addCookies(cookiesOf(ada.cookie, service.url));
      // Chromium has no push service without Google's: what it would have got from there is given to it below.
      await page.addInitScript(subscribing, phone.subscription);
      const { id: chatId } = await ada.client.createChat({ title: 'Build it' });
      await page.goto('/#/account');
      const [worker] = await Promise.all([workerOf(page), page.evaluate('navigator.serviceWorker.ready')]);
      await page.getByRole('button', { name: 'Notifications', exact: true }).click();
      const closed = page.getByRole('radio', { name: /^Also when it is closed/ });
      await closed.click();
      await eventually('it is registered', async () => (await devices(ada)).length === 1);
      await page.getByRole('group').getByText('One moment…').waitFor({ state: 'detached' });
      await soon(() => closed.isChecked()).toBe(true);
      await page.keyboard.press('Escape');
      await page.reload();
      await page.getByText('this one').last().waitFor();
      await page.getByRole('button', { name: /^Send a test to Chrome/ }).click();
      const [message] = await messages('/chromium', 1);
      const deliver = await deliveryTo(page);
      await deliver(phone.read(message!));
      const shown = () => shownBy(worker);
      await eventually(
        'the test is shown',
        async () => (await shown())[0]?.body === 'Notifications arrive in this browser.',
      );

      // Before the eyes of somebody the page tells of it itself.
      const waiting = { kind: 'waiting', chatId, status: null, title: 'Build it' };
      await deliver(waiting);
      await deliver({ ...waiting, kind: 'test', chatId: null });
      expect((await shown()).map(({ tag }) => tag)).toEqual(['relay-test']);
      await page.goto('about:blank');
      await deliver(waiting);
      await deliver({ ...waiting, kind: 'ended', status: 'failed' });
      const tag = `relay-${chatId}`;
      await eventually('the last of the chat is shown', async () =>
        (await shown()).some(({ body }) => body === 'has failed'),
      );
      expect((await shown()).filter((one) => one.tag === tag)).toEqual([
        { tag, title: 'Build it', body: 'has failed' },
      ]);
      await page.goto('/#/account');
      await page.getByText('this one').last().waitFor();
      await clickOn(worker, tag);
      await page.getByRole('textbox', { name: 'Message' }).waitFor();
      expect(new URL(page.url()).hash).toBe(`#/chats/${chatId}`);

      await page.goto('/#/account');
      await page.getByRole('button', { name: /^Remove Chrome/ }).click();
      await page.getByText('No browser is told.').waitFor();
      expect([await devices(ada), faults]).toEqual([[], []]);
      await context.close();
    });
  });

  // The last: the service has another address then.
  it('are told what has happened although the service is killed before it, and known by the same key', async () => {
    const [never, calm] = [browserAt('/never'), browserAt('/calm')];
    await register(ada, never);
    const { id } = await register(ada, calm);
    const [first, second] = [
      await ada.client.createChat({ title: 'One' }),
      await ada.client.createChat({ title: 'Two' }),
    ];
    await ada.client.ask(first.id, 'hello');
    await Promise.all([messages('/never', 1), messages('/calm', 1)]);
    // One after another: that of the second chat waits behind the call that hangs.
    await ada.client.ask(second.id, 'hello');
    await messages('/calm', 2);
    await eventually('both are noted', async () => (await devices(ada)).find((one) => one.id === id)?.deliveredAt);
    await service.kill();
    push.answersAll = true;
    await service.restart();
    const told = await messages('/never', 3);
    const titles = told.map((message) => never.read(message).title);
    expect([titles[0], titles.slice(1).sort()]).toEqual(['One', ['One', 'Two']]);
    const again = told.slice(1).find((message) => never.read(message).title === 'One');
    expect(again?.headers.topic).toBe(told[0]?.headers.topic);
    expect(senderOf(again!).key).toBe(senderOf(told[0]!).key);
    expect((await allAt(ada, { id } as PushDeviceDto, calm)).map(({ title }) => title)).toEqual(['One', 'Two', '']);
  });
});
