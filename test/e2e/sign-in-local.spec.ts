import { RelayService } from '../support/service';

const HTML = { accept: 'text/html' };

describe('a service with SECURITY_METHOD=Local', () => {
  let service: RelayService;

  beforeAll(async () => {
    service = await RelayService.start({ environment: { CODEX_POOL_SIZE: '1', SECURITY_METHOD: 'Local' } });
  });
  afterAll(() => service?.dispose());

  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${service.url}${path}`, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) });
  const cookieOf = (answer: Response): string =>
    answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  const json = async (path: string, cookie: string, body?: object) => {
    const headers = { cookie, ...(body && { 'content-type': 'application/json' }) };
    const method = body === undefined ? 'GET' : 'POST';
    const answer = await fetch(`${service.url}${path}`, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const accept = async (link: string, login: string): Promise<Response> =>
    post('/sign-in/link', {
      ...{ code: new URL(link).searchParams.get('code') ?? '', login, displayName: login },
      password: 'correct-horse-9',
    });

  it('makes the first administrator by the link that it prints, once, and others by invitations', async () => {
    const link = /first administrator, once {2}(\S+)/.exec(service.log)?.[1] ?? '';
    const first = await accept(link, 'ada');
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    expect(first.headers.getSetCookie().join()).toMatch(/codex_relay_session_\d+=[^;]+;.*HttpOnly; SameSite=Lax/);
    expect((await accept(link, 'eve')).status).toBe(410);
    const admin = cookieOf(first);
    expect((await json('/api/v1/account', admin)).body).toMatchObject({ id: 'default', role: 'admin' });

    const { body } = await json('/api/v1/admin/account-links', admin, { purpose: 'invitation', login: 'Bob' });
    const invited = await accept(String(body['link']), 'ignored');
    const bob = cookieOf(invited);
    expect((await json('/api/v1/account', bob)).body).toMatchObject({ role: 'member' });
    expect(await json('/api/v1/admin/pool', bob)).toMatchObject({ status: 403, body: { code: 'admin_only' } });
    const chat = await json('/api/v1/chats', bob, {});
    expect((await json(`/api/v1/chats/${String(chat.body['id'])}`, admin)).status).toBe(404);
  });

  it('tells nobody what was wrong, and lets a wrong password wait after some', async () => {
    const attempt = (login: string) => post('/sign-in', { login, password: 'wrong-password' });
    const answers = [await attempt('ada'), await attempt('nobody')];
    const bodies = await Promise.all(
      answers.map(async (each) => [each.status, ((await each.json()) as { code: string }).code]),
    );
    expect(bodies).toEqual([
      [401, 'wrong_password'],
      [401, 'wrong_password'],
    ]);
    for (let count = 0; count < 5; count += 1) await attempt('ada');
    const limited = await attempt('ada');
    expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true]);
  });

  it('asks a page for a sign-in, and refuses one that comes from a page of elsewhere', async () => {
    const page = await fetch(`${service.url}/`, { headers: HTML, redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in']);
    const foreign = await post('/sign-in', { login: 'ada', password: 'x' }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const elsewhere = await fetch(`${service.url}/sign-in?return=//evil.example`, { headers: HTML });
    expect(await elsewhere.text()).not.toContain('evil');
  });

  it('refuses a token in an address', async () => {
    const answer = await fetch(`${service.url}/api/v1/chats?access_token=crt_x`);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'token_in_query']);
  });
});
