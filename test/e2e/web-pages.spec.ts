import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type { ProjectDto } from '../../src/projects/project.dto';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import type { LocalPerson } from '../support/local-person';
import { McpWorld } from '../support/mcp-world';
import { standingOut, violationsOf } from '../support/page-check';
import { soon } from '../support/soon';

const TOKEN = 'token-of-ada-0815';
const HOSTILE = '<img src=x onerror="document.title=1"> [click](javascript:document.title=2)';

describeInBrowser('the pages of what agents are made up of', () => {
  let world: McpWorld;
  let browser: Browser;
  let ada: LocalPerson;
  let eve: LocalPerson;
  let project: string;
  let shown: { project: string; template: string };
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    world = await McpWorld.start({ PORT: String(await freePort()) });
    ({ ada, eve } = world);
    world.tokens.set(TOKEN, 'ada');
    project = (await ada.client.request<ProjectDto>('POST', '/api/v1/projects', { name: 'Site' })).body.id;
    await ada.client.request('POST', `/api/v1/projects/${project}/members`, { userId: eve.id, role: 'viewer' });
    shown = await somethingToShow(ada);
    browser = await launchBrowser();
  }, 120_000);
  afterEach(async () => {
    await page?.close();
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.dispose();
  });

  async function open(person: LocalPerson, path: string): Promise<void> {
    ({ page, faults } = await openPage(browser, world.service.url));
    for (const cookie of person.cookie.split('; ')) {
      const [name = '', ...value] = cookie.split('=');
      await page.context().addCookies([{ name, value: value.join('='), url: world.service.url }]);
    }
    await page.goto(`/${path}`);
  }
  const form = (name: string): Locator => page.getByRole('form', { name, exact: true });
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const region = (name: string): Locator => page.getByRole('region', { name, exact: true });
  const dialog = (): Locator => page.getByRole('dialog');
  const settings = async (): Promise<Locator> => {
    await page.getByRole('button', { name: 'How the agent works' }).click();
    return dialog();
  };
  async function write(text: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Message' }).fill(text);
    await page.keyboard.press('Enter');
  }
  /** Refusals that a test has wanted are told by the console, too. */
  const forgive = (status: number): void => {
    faults = faults.filter((fault) => !fault.includes(`status of ${status}`));
  };

  it('add an MCP server, show its tools, have a chat use it, and remove it', async () => {
    await open(ada, '#/mcp-servers');
    await button('Add a server').click();
    const adding = form('New MCP server');
    await adding.getByLabel('Name', { exact: true }).fill('mine');
    await adding.getByLabel('Address').fill('https://other.example.net/mcp');
    await adding.getByLabel('How it knows who calls').selectOption('bearer');
    await adding.getByLabel('Token', { exact: true }).fill(TOKEN);
    await adding.getByLabel('Ask a person before each call').check();
    await button('Add').click();
    // What was typed is still there.
    await adding.getByRole('alert').filter({ hasText: 'other.example.net' }).waitFor();
    await soon(() => adding.getByLabel('Token', { exact: true }).inputValue()).toBe(TOKEN);
    forgive(422);
    await adding.getByLabel('Address').fill(world.servers.http.url);
    await button('Add').click();
    const mine = region('mine');
    await mine.getByText('Connected').waitFor();
    await mine.getByText(/^\d+ tools$/).click();
    await mine.getByText('echo', { exact: true }).waitFor();
    await mine.getByText(/Left out: .*liar/).waitFor();
    expect(await page.content()).not.toContain(TOKEN);

    await page.goto('/#/');
    const choice = await settings();
    await choice.getByRole('checkbox', { name: 'mine', exact: true }).check();
    await choice.getByRole('button', { name: 'Done' }).click();
    await write('call mine echo hi');
    // It can be allowed once its end was in view.
    await page.getByText('Allow the mine MCP server').first().hover();
    await page.mouse.wheel(0, 10_000);
    await page.getByRole('button', { name: 'Allow', exact: true, disabled: false }).click();
    await eventually('it is called', () => world.servers.http.calls('echo').length > 0);
    await page.getByRole('log').getByText('done', { exact: true }).waitFor();
    expect(world.servers.http.calls('echo').at(-1)).toMatchObject({ caller: 'ada' });
    const later = await settings();
    await later.getByRole('group', { name: 'MCP servers' }).getByText('Connected').waitFor();
    await later.getByRole('button', { name: 'Done' }).click();

    await page.goto('/#/mcp-servers');
    await button('Change mine').click();
    await form('Change mine').getByLabel('Only these tools').fill('echo');
    await button('Save').click();
    await mine
      .getByText('1 tools')
      .or(mine.getByText('1 tool', { exact: true }))
      .waitFor();
    await button('Remove mine').click();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await mine.waitFor();
    await button('Remove mine').click();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await mine.waitFor({ state: 'detached' });
  });

  it('sign in to an MCP server of the operator, and out of it', async () => {
    await open(ada, '#/mcp-servers');
    const account = region('account');
    await account.getByText('Needs you to sign in').waitFor();
    await button('Sign in to account').click();
    const address = await account.getByRole('link', { name: 'Open its sign-in page' }).getAttribute('href');
    const back = await world.oauth.signIn(address ?? '', 'ada');
    expect((await ada.inBrowser('GET', back.slice(world.service.url.length))).status).toBe(200);
    await page.evaluate("window.dispatchEvent(new Event('focus'))");
    await account.getByText('You are signed in.').waitFor();
    await account.getByText('Connected').waitFor();
    await soon(() => button('Remove account').count()).toBe(0);
    await button('Sign out of account').click();
    await account.getByText('You are not signed in.').waitFor();
  });

  it('copy a template, change the copy, and begin a chat from it', async () => {
    await open(ada, '#/templates');
    await page
      .getByRole('link', { name: 'Python developer' })
      .or(page.getByRole('link', { name: /^Python/ }))
      .first()
      .click();
    await page.getByRole('heading', { name: 'Instructions' }).waitFor();
    await soon(() => button('Change').count()).toBe(0);
    await button('Copy').click();
    const copy = form('New template');
    await copy.getByLabel('Name', { exact: true }).fill('Notes');
    await copy.getByLabel('Instructions').fill('Write release notes.');
    await copy.getByLabel('Temperature').fill('9');
    await button('Make the template').click();
    // The browser itself knows the bounds.
    await page.locator('input[name="temperature"]:invalid').waitFor();
    await copy.getByLabel('Temperature').fill('');
    await button('Make the template').click();
    await region('Notes').getByText('Version 1').waitFor();
    await button('Change').click();
    await form('Change Notes').getByLabel('Instructions').fill(`Write release notes for users. ${HOSTILE}`);
    await button('Save').click();
    await region('Notes').getByText('Version 2').waitFor();
    await region('Notes').getByText('<img src=x').waitFor();
    await button('Change').click();
    const id = /templates\/([\w-]+)/.exec(page.url())?.[1] ?? '';
    await ada.inBrowser('PATCH', `/api/v1/templates/${id}`, { description: 'From elsewhere' });
    await form('Change Notes').getByLabel('Name', { exact: true }).fill('Notes of mine');
    await button('Save').click();
    await form('Change Notes').getByRole('alert').filter({ hasText: 'changed it meanwhile' }).waitFor();
    forgive(409);
    await form('Change Notes').getByLabel('Name', { exact: true }).fill('Notes');
    await button('Save over it').click();
    await region('Notes').getByText('Version 4').waitFor();
    expect(await page.title()).not.toMatch(/^[12]$/);
    await page.getByRole('link', { name: 'New chat', exact: true }).last().click();
    await page.getByRole('main').getByText('Notes', { exact: true }).waitFor();
    await write('hello');
    await page.getByRole('log').getByText('done', { exact: true }).waitFor();
    expect(JSON.stringify(world.model.requests.at(-1)?.body)).toContain('Write release notes for users.');
    await page.goto('/#/templates');
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await button('Remove').click();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await region('Your own').getByText('There is none yet.').waitFor();
  });

  it('make a skill of a project, tell what is wrong with one, and let a chat choose it', async () => {
    const folder = join(world.service.dataRoot, 'global_config', 'skills', 'house-style');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'SKILL.md'),
      '---\nname: house-style\ndescription: How the house writes.\n---\nShortly.\n',
    );
    await open(ada, `#/projects/${project}`);
    await page.getByRole('link', { name: 'Skills' }).click();
    await eventually('the skill of the operator is there', async () => {
      await page.reload();
      await region('Of the operator').waitFor();
      return (await region('Of the operator').getByText('house-style').count()) > 0;
    });
    await button('New skill').click();
    const document = form('New skill').getByLabel('SKILL.md');
    await document.fill('---\nname: Bad Name\ndescription: x\n---\nDo.\n');
    await button('Make the skill').click();
    await form('New skill').getByRole('alert').filter({ hasText: 'name' }).waitFor();
    await soon(() => document.inputValue()).toContain('Bad Name');
    forgive(400);
    await document.fill(`---\nname: notes\ndescription: Writes notes.\n---\n# How\n\nAs in the file. ${HOSTILE}\n`);
    await button('Add a file').click();
    await page.getByLabel('Path of file 1').fill('references/style.md');
    await page.getByLabel('Text of file 1').fill('Short sentences.');
    await button('Make the skill').click();
    await region('notes').getByRole('heading', { name: 'How' }).waitFor();
    await soon(() => region('notes').locator('img').count()).toBe(0);
    await region('notes').getByText('references/style.md').click();
    await region('notes').getByText('Short sentences.').waitFor();
    await button('Change').click();
    await form('Change notes').getByLabel('Text of file 1').fill('Long sentences.');
    await button('Save').click();
    await region('notes').getByText('Version 2').waitFor();

    const { id } = await ada.client.createChat({ projectId: project });
    await page.goto(`/#/chats/${id}`);
    const choice = await settings();
    await choice.getByRole('checkbox', { name: 'notes', exact: true }).check();
    await choice.getByRole('button', { name: 'Done' }).click();
    await eventually('it is chosen', async () => (await ada.client.chat(id)).skills.includes('notes'));
    await page.goto(`/#/projects/${project}/skills/notes`);
    await button('Remove').click();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await region('Of this project').getByText('There is none yet.').waitFor();
  });

  it('have no buttons for who may only read, and show nothing of a project to others', async () => {
    await open(eve, `#/projects/${project}/mcp-servers`);
    await region('Of this project').getByText('There is none yet.').waitFor();
    await soon(() => button('Add a server').count()).toBe(0);
    await page.goto(`/#/projects/${project}/templates`);
    await region('Of this project').waitFor();
    await soon(() => button('New template').count()).toBe(0);
    await soon(() => page.getByRole('link', { name: /^New chat from/ }).count()).toBe(0);
    await page.goto(`/#/projects/${project}/skills`);
    await region('Of this project').waitFor();
    await soon(() => button('New skill').count()).toBe(0);
    await page.goto(`/#/projects/${project}`);
    await region('Repository').getByText('There is none').waitFor();
    await soon(() => button('Add a repository').count()).toBe(0);
    const other = await ada.client.request<ProjectDto>('POST', '/api/v1/projects', { name: 'Secret' });
    await page.goto(`/#/projects/${other.body.id}/skills`);
    await page.getByRole('alert').filter({ hasText: 'not for you to see' }).waitFor();
    forgive(404);
  });

  it.each([
    ['mcp-servers', 'Add a server'],
    ['projects/:project/templates', 'New template'],
    ['projects/:project/templates/:template', 'Change'],
    ['projects/:project/skills', 'New skill'],
    ['projects/:project/skills/seen', 'Change'],
    ['projects/:project', 'Add a repository'],
  ])('%s has nothing that axe objects to, light and dark, and fits a narrow screen', async (path, opens) => {
    await open(ada, `#/${path.replace(':project', shown.project).replace(':template', shown.template)}`);
    await button(opens).click();
    await page.getByRole('form').first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect([colorScheme, await violationsOf(page)]).toEqual([colorScheme, []]);
    }
    await page.setViewportSize({ width: 320, height: 700 });
    await soon(() => standingOut(page)).toEqual([]);
  });

  it('say that the service is away, and come back by themselves', async () => {
    await open(ada, '#/templates');
    await region('Of the service').waitFor();
    await world.service.kill();
    await page.getByRole('navigation', { name: 'Agent setup' }).getByRole('link', { name: 'Skills' }).click();
    await page.getByRole('alert').filter({ hasText: 'could not be reached' }).first().waitFor();
    await button('Try again').first().waitFor();
    await world.service.restart();
    await region('Of the operator').waitFor();
    await soon(() => page.getByRole('main').getByRole('alert').count()).toBe(0);
    // What the browser itself has to say of a server that is away.
    faults = [];
  });
});

/** A project with a template and a skill. */
async function somethingToShow({ client }: LocalPerson): Promise<{ project: string; template: string }> {
  const post = async (path: string, body: object): Promise<string> =>
    (await client.request<{ id: string }>('POST', `/api/v1${path}`, body)).body.id;
  const project = await post('/projects', { name: 'Shown' });
  const said = { name: 'Shared', instructions: '# Do\n\n- this', starters: [{ title: 'Go', prompt: 'Go on.' }] };
  const template = await post('/templates', { ...said, projectId: project });
  await post(`/projects/${project}/skills`, { document: '---\nname: seen\ndescription: To be seen.\n---\n# Look\n' });
  return { project, template };
}
