import type { McpAuthorizationDto, McpServerCheckDto, McpServerDto } from '../../src/mcp/mcp-server.dto';
import { eventually } from '../support/eventually';
import type { LocalPerson } from '../support/local-person';
import { McpTestServer } from '../support/mcp-server';
import { McpWorld } from '../support/mcp-world';
import type { OauthServer } from '../support/oauth-server';
import type { ScriptedModel } from '../support/scripted-model';
import type { RelayService } from '../support/service';

describe('MCP servers', () => {
  let world: McpWorld;
  let model: ScriptedModel;
  let http: McpTestServer;
  let guarded: McpTestServer;
  let oauth: OauthServer;
  let service: RelayService;
  let ada: LocalPerson;
  let eve: LocalPerson;

  beforeAll(async () => {
    world = await McpWorld.start();
    ({ model, oauth, service, ada, eve } = world);
    ({ http, guarded } = world.servers);
  }, 120_000);
  afterAll(() => world?.dispose());

  it('are asked for their tools outside of chats as whoever wants to know, and a fault is told', async () => {
    const check = async (person: LocalPerson, id: string) =>
      (await person.client.request<McpServerCheckDto>('POST', `/api/v1/mcp-servers/${id}/check`)).body;
    const open = await check(ada, 'open');
    expect(open).toMatchObject({ status: 'ready', failure: null });
    expect(open.tools.map(({ name }) => name)).toContain('echo');
    expect(open.leftOut.join()).toContain('liar');
    expect(http.seen.at(-1)).toMatchObject({ method: 'tools/list', caller: 'operator' });
    expect((await check(ada, 'asking')).tools.map(({ name }) => name)).toEqual(['echo', 'ask']);
    expect(await check(ada, 'account')).toMatchObject({ status: 'sign_in_required', tools: [] });
    expect(await check(ada, 'silent')).toMatchObject({
      ...{ status: 'failed', failure: 'The MCP server "silent" has said nothing for 2 seconds.' },
    });
    expect((await check(ada, 'wary')).status).toBe('failed');
    // It would need a chat's sandbox.
    expect(await check(ada, 'local')).toEqual({ status: 'not_started', tools: [], leftOut: [], failure: null });
    expect(await check(ada, 'nobody')).toMatchObject({ code: 'mcp_server_not_found' });
  });

  describe('with OAuth', () => {
    const begin = async (person: LocalPerson) =>
      (await person.client.request<McpAuthorizationDto>('POST', '/api/v1/mcp-servers/account/authorize')).body.url;
    /** The path on the service that the browser comes back to. */
    const back = (address: string): string => address.slice(service.url.length);
    const signIn = async (person: LocalPerson) => {
      const answer = await person.inBrowser<string>('GET', back(await oauth.signIn(await begin(person), person.login)));
      expect([answer.status, answer.body]).toEqual([200, 'You are signed in to account. You can close this page.\n']);
    };

    it('are called for each user as whom that user has signed in, with tokens that are renewed', async () => {
      const chat = await world.chatWith(ada.client, 'account');
      // Without it the turn goes on.
      await ada.client.ask(chat, 'hello');
      expect(await world.stateOf(ada.client, chat, 'account')).toMatchObject({
        ...{ status: 'sign_in_required', failure: 'The MCP server "account" needs you to sign in to it.' },
      });
      await signIn(ada);
      expect(oauth.granted.slice(0, 2)).toEqual(['registration', 'authorization_code']);
      expect(await world.call(ada.client, chat, 'account', 'echo', 'hi')).toMatchObject({ status: 'completed' });
      expect(guarded.calls('echo').at(-1)).toMatchObject({ caller: 'ada' });
      expect(oauth.granted).toContain('refresh_token');
      const listed = (person: LocalPerson) => person.client.request<McpServerDto>('GET', '/api/v1/mcp-servers/account');
      expect([(await listed(ada)).body.isSignedIn, (await listed(eve)).body.isSignedIn]).toEqual([true, false]);
      // Another user's sign-in is never used.
      const other = await world.chatWith(eve.client, 'account');
      await eve.client.ask(other, 'hello');
      expect((await world.stateOf(eve.client, other, 'account'))?.status).toBe('sign_in_required');
      await signIn(eve);
      await world.call(eve.client, other, 'account', 'echo', 'ho');
      await world.call(ada.client, chat, 'account', 'echo', 'hi');
      expect(guarded.calls('echo').map(({ caller }) => caller)).toEqual(['ada', 'eve', 'ada']);
      const secrets = guarded.seen.map(({ authorization }) => authorization?.split(' ')[1] ?? '').filter(Boolean);
      expect(secrets.length).toBeGreaterThan(0);
      const shown = JSON.stringify([await ada.client.events(chat), model.requests, service.log]);
      for (const secret of secrets) expect(shown).not.toContain(secret);
    });

    it('take back from the sign-in whoever has begun it, once', async () => {
      const address = back(await oauth.signIn(await begin(ada), 'mallory'));
      for (const attempt of [
        () => eve.inBrowser('GET', address),
        () => ada.inBrowser('GET', address.replace(/state=[^&]+/, 'state=x')),
      ]) {
        const { status, body } = await attempt();
        expect([status, body.code]).toEqual([400, 'mcp_sign_in_unknown']);
      }
      expect((await ada.inBrowser('GET', address)).status).toBe(200);
      expect((await ada.inBrowser('GET', address)).body.code).toBe('mcp_sign_in_unknown');
    });

    it('are not called any more by who has signed out, or is not known there any more', async () => {
      const chat = await world.chatWith(ada.client, 'account');
      expect(await world.call(ada.client, chat, 'account', 'echo')).toMatchObject({ status: 'completed' });
      const path = '/api/v1/mcp-servers/account/authorization';
      expect((await ada.client.request('DELETE', path)).status).toBe(204);
      expect((await ada.client.request('DELETE', path)).body.code).toBe('mcp_sign_in_not_found');
      await ada.client.ask(chat, 'hello');
      expect((await world.stateOf(ada.client, chat, 'account'))?.status).toBe('sign_in_required');
      await signIn(eve);
      oauth.forget('eve');
      const other = await world.chatWith(eve.client, 'account');
      await eve.client.ask(other, 'hello');
      expect((await world.stateOf(eve.client, other, 'account'))?.status).toBe('sign_in_required');
      const none = await ada.client.request('POST', '/api/v1/mcp-servers/open/authorize');
      expect([none.status, none.body.code]).toEqual([409, 'mcp_server_takes_no_sign_in']);
    });
  });

  describe('of users', () => {
    const add = (person: LocalPerson, input: object) =>
      person.client.request<McpServerDto & { code?: string }>('POST', '/api/v1/mcp-servers', input);

    it('are on hosts that the operator allows, at no private address, by name or by redirect', async () => {
      for (const url of [
        'https://other.example.net/',
        'http://mcp.example.com/',
        'https://10.0.0.1/',
        'file:///etc/passwd',
      ]) {
        const { status, body } = await add(ada, { name: 'bad', url });
        expect([status, body.code]).toEqual(
          url.startsWith('file') ? [400, 'validation_failed'] : [422, 'mcp_host_not_allowed'],
        );
      }
      // The name is allowed, and leads to this machine.
      const byName = await add(ada, { name: 'by-name', url: `https://localhost:${http.port}/mcp`, mode: 'default_on' });
      expect(byName.status).toBe(201);
      const chat = await world.chatWith(ada.client, byName.body.id);
      await ada.client.ask(chat, 'hello');
      const refused = await eventually(
        'it is refused',
        async () => (await world.stateOf(ada.client, chat, byName.body.id))?.failure,
      );
      expect(refused).toMatch(/leads to a private address/);
      // Nor is anybody sent to sign in at a host that is not allowed.
      const { body: signed } = await add(ada, { name: 'signed', url: guarded.url, auth: 'oauth' });
      const begun = await ada.client.request('POST', `/api/v1/mcp-servers/${signed.id}/authorize`);
      expect([begun.status, begun.body.code]).toEqual([422, 'mcp_host_not_allowed']);
      const elsewhere = await McpTestServer.start();
      http.redirectTo = elsewhere.url;
      const redirected = await add(ada, { name: 'redirected', url: http.url });
      const other = await world.chatWith(ada.client, redirected.body.id);
      await ada.client.ask(other, 'hello');
      expect((await world.stateOf(ada.client, other, redirected.body.id))?.failure).toMatch(
        /redirect, which is not followed/,
      );
      expect(elsewhere.seen).toEqual([]);
      http.redirectTo = undefined;
      await elsewhere.stop();
    });

    it('are called with their own token, in the chats and the turns of whoever has them alone', async () => {
      world.tokens.set('token-of-ada', 'ada');
      const made = await add(ada, {
        name: 'mine',
        url: http.url,
        auth: 'bearer',
        bearerToken: 'token-of-ada',
        approval: 'auto',
      });
      expect(made.body).toMatchObject({ scope: 'user', hasBearerToken: true, url: http.url });
      expect(JSON.stringify(made.body)).not.toContain('token-of-ada');
      const { id } = made.body;
      for (const [method, path] of [
        ['GET', `/api/v1/mcp-servers/${id}`],
        ['PATCH', `/api/v1/mcp-servers/${id}`],
        ['DELETE', `/api/v1/mcp-servers/${id}`],
        ['POST', `/api/v1/mcp-servers/${id}/check`],
        ['POST', `/api/v1/mcp-servers/${id}/authorize`],
        ['DELETE', `/api/v1/mcp-servers/${id}/authorization`],
      ] as const) {
        const { status, body } = await eve.client.request(
          method,
          path,
          method === 'PATCH' ? { mode: 'opt_in' } : undefined,
        );
        expect([method, path, status, body.code]).toEqual([method, path, 404, 'mcp_server_not_found']);
      }
      const chosen = await eve.client.request('POST', '/api/v1/chats', { mcpServers: [id] });
      expect(chosen.body.code).toBe('unknown_mcp_server');
      // In a chat that both write in, it is there in the turns of its owner.
      const project = await ada.client.request<{ id: string }>('POST', '/api/v1/projects', { name: 'Shared' });
      const members = `/api/v1/projects/${project.body.id}/members`;
      await ada.client.request('POST', members, { userId: eve.id, role: 'editor' });
      const { id: chat } = await ada.client.createChat({
        projectId: project.body.id,
        mcpServers: [id],
        approvalPolicy: 'never',
      });
      await ada.client.ask(chat, 'hello');
      expect(world.offered).toContain('mcp__mine');
      await eve.client.ask(chat, 'hello');
      expect(world.offered).not.toContain('mcp__mine');
      // Whoever moves it elsewhere has no token there.
      const moved = await ada.client.request<McpServerDto>('PATCH', `/api/v1/mcp-servers/${id}`, {
        url: `${http.url}/x`,
      });
      expect(moved.body).toMatchObject({ hasBearerToken: false });
      const taken = await add(ada, { name: 'open', url: http.url });
      expect([taken.status, taken.body.code]).toEqual([409, 'mcp_server_exists']);
      expect((await ada.client.request('DELETE', `/api/v1/mcp-servers/${id}`)).status).toBe(204);
      expect((await ada.client.request('GET', `/api/v1/mcp-servers/${id}`)).status).toBe(404);
    });
  });
});
