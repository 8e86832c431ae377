import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser } from '../support/browser';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { LocalPerson } from '../support/local-person';
import { openAs, signedInAs } from '../support/person-page';
import { textOf } from '../support/relay-client';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

describeInBrowser('people in one chat, and a service that is killed under their hands', () => {
  let service: RelayService;
  let browser: Browser;
  let root: LocalPerson;
  let ada: LocalPerson;
  let projectId: string;
  let pages: Page[];

  beforeAll(async () => {
    const environment = { SECURITY_METHOD: 'Local', CODEX_SANDBOX_MODE_MAX: 'danger-full-access' };
    // Started again, it is at the same address, and its cookies have the name that its port gives them.
    const PORT = String(await freePort());
    service = await RelayService.start({ environment: { ...environment, PORT, DEMO_WORD_DELAY_MS: '20' } });
    root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    const { body } = await root.client.request<{ id: string }>('POST', '/api/v1/projects', { name: 'Shared' });
    projectId = body.id;
    await root.client.request('POST', membersPath(), { userId: ada.id, role: 'editor' });
    browser = await launchBrowser();
  }, 120_000);
  beforeEach(() => {
    pages = [];
  });
  afterEach(async () => {
    await Promise.all(pages.map((page) => page.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await service?.dispose();
  });

  const membersPath = (): string => `/api/v1/projects/${projectId}/members`;
  const newChat = async (title: string): Promise<string> => (await root.client.createChat({ projectId, title })).id;
  const pageOf = async (person: LocalPerson, path: string): Promise<Page> => {
    const { page } = await openAs(browser, person, path);
    pages.push(page);
    return page;
  };
  const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Message', exact: true });
  const question = (page: Page): Locator => page.getByRole('region', { name: 'Run this command?' });

  it('shows each who wrote and who answered, keeps what they type, and what is taken away says so', async () => {
    const id = await newChat('Together');
    const [one, other] = await Promise.all([pageOf(root, `/#/chats/${id}`), pageOf(ada, `/#/chats/${id}`)]);
    await field(one).fill('a draft of root');
    await field(other).fill('approve: date');
    await other.keyboard.press('Enter');
    await one.getByLabel("Message of ada's name").waitFor();
    await question(other).getByRole('button', { name: 'Allow', exact: true }).waitFor();
    const reason = question(other).getByRole('textbox', { name: 'A word to the agent when you decline' });
    await reason.fill('why ada would decline');
    await question(one).getByRole('button', { name: 'Allow', exact: true }).click();
    await other.getByText("Answered by root's name").waitFor();
    await other.getByRole('log').getByText('why ada would decline').waitFor();
    await other.getByRole('button', { name: 'Copy what you were writing' }).waitFor();
    await field(other).fill('a draft of ada');
    await root.client.request('PATCH', `/api/v1/chats/${id}`, { title: 'Renamed together' });
    await other.getByRole('heading', { name: 'Renamed together' }).waitFor();
    expect([await field(one).inputValue(), await field(other).inputValue()]).toEqual([
      'a draft of root',
      'a draft of ada',
    ]);
    await root.client.request('DELETE', `${membersPath()}/${ada.id}`);
    await other.getByRole('heading', { name: 'This chat cannot be shown' }).waitFor();
    await other.getByText('a draft of ada').waitFor();
    await root.client.request('POST', membersPath(), { userId: ada.id, role: 'editor' });
    await root.client.request('DELETE', `/api/v1/chats/${id}`);
    await one.getByRole('heading', { name: 'This chat cannot be shown' }).waitFor();
    await one.getByText('a draft of root').waitFor();
  });

  it('shows what one queues, moves, removes and stops to the other, who keeps what they edit', async () => {
    const id = await newChat('Queued');
    const [one, other] = await Promise.all([pageOf(root, `/#/chats/${id}`), pageOf(ada, `/#/chats/${id}`)]);
    const row = (page: Page, number: number): Locator =>
      page.getByRole('listitem', { name: `Waiting message ${number}`, exact: true });
    const button = (place: Page | Locator, name: string): Locator => place.getByRole('button', { name, exact: true });
    const write = async (page: Page, text: string): Promise<void> => {
      await field(page).fill(text);
      await field(page).press('Enter');
    };
    await write(one, 'slow: 5000');
    await other.getByText('word3 ').waitFor();
    for (const [index, text] of ['first', 'second'].entries()) {
      await write(one, text);
      await row(other, index + 1)
        .getByText(`root's name: ${text}`)
        .waitFor();
    }
    await soon(() => button(row(other, 1), 'Edit').count()).toBe(0);
    await write(other, 'third');
    await row(one, 3).getByText("ada's name: third").waitFor();

    await button(row(one, 1), 'Edit').click();
    const edited = one.getByRole('textbox', { name: 'Edit the message', exact: true });
    await edited.press('Escape');
    await edited.waitFor({ state: 'detached' });
    await soon(() => one.getByRole('menuitem').count()).toBe(0);
    await button(row(one, 1), 'Edit').click();
    await edited.fill('first, and more');
    await button(row(other, 3), 'Move up').click();
    await row(one, 2).getByText('third').waitFor();
    await button(row(other, 1), 'Remove').click();
    await row(one, 1).getByText('third').waitFor();
    const late = one.getByRole('listitem', { name: 'Message that waits no more', exact: true });
    await late.getByText('This message waits no more').waitFor();
    await soon(() => edited.inputValue()).toBe('first, and more');

    await button(other, 'Stop the turn').click();
    await other.getByRole('menuitem', { name: 'Stop, and hold what waits' }).click();
    await one.getByRole('log').getByText('The turn was interrupted before its end.').waitFor();
    await one.getByText('The queue is held: 2 messages wait').waitFor();
    await soon(() => edited.inputValue()).toBe('first, and more');
    await button(late, 'Send as a new message').click();
    await late.waitFor({ state: 'detached' });
    await row(other, 3).getByText("root's name: first, and more").waitFor();
    await button(one, 'Go on').click();
    for (const page of [one, other])
      await page.getByRole('region', { name: 'Waiting messages' }).waitFor({ state: 'detached' });
    await eventually('all is answered', async () => (await root.client.chat(id)).status === 'idle');
    expect(await outcomes(id)).toEqual([
      ['slow: 5000', 'interrupted'],
      ['first', 'interrupted'],
      ['third', 'completed'],
      ['second', 'completed'],
      ['first, and more', 'completed'],
    ]);
  });

  it('has nothing for who may only read that would be refused, and says so, also to who could write until then', async () => {
    const id = await newChat('Read');
    await root.client.send(id, 'approve: date');
    await eventually('it asks', async () => (await root.client.chat(id)).status === 'waiting_for_approval');
    await root.client.send(id, 'later');
    const [vera, rudi] = [await root.invite('vera', 'viewer'), await root.invite('rudi')];
    for (const { id: userId } of [vera, rudi])
      await root.client.request('POST', membersPath(), { userId, role: userId === vera.id ? 'editor' : 'viewer' });
    for (const reader of [vera, rudi]) {
      const page = await pageOf(reader, `/#/chats/${id}`);
      await question(page).getByText('Somebody who may write here decides it.').waitFor();
      await page.getByText('You may read this, and change nothing.').waitFor();
      await page.getByRole('listitem', { name: 'Waiting message 1', exact: true }).waitFor();
      for (const place of [question(page), page.getByRole('region', { name: 'Waiting messages' })])
        await soon(() => place.getByRole('button').count()).toBe(0);
      await soon(() => page.getByRole('main').getByRole('textbox').count()).toBe(0);
      await page.goto(`/#/new?project=${projectId}`);
      await page.getByText('You may read this, and change nothing.').waitFor();
      await soon(() => page.getByRole('main').getByRole('textbox').count()).toBe(0);
      await soon(() => page.getByRole('link', { name: 'New chat' }).count()).toBe(reader === vera ? 0 : 1);
      await page.goto('/#/webhooks');
      await page.getByRole('heading', { name: 'Webhooks' }).first().waitFor();
      await soon(() => page.getByRole('form', { name: 'New webhook' }).count()).toBe(reader === vera ? 0 : 1);
    }
    const page = await pageOf(ada, `/#/chats/${id}`);
    await field(page).fill('a draft of ada');
    await root.client.request('PUT', `${membersPath()}/${ada.id}`, { role: 'viewer' });
    await page.reload();
    await page.getByText('You may read this, and change nothing.').waitFor();
    await page.getByText('a draft of ada').waitFor();
    await root.client.request('PUT', `${membersPath()}/${ada.id}`, { role: 'editor' });
    await root.client.request('DELETE', `/api/v1/chats/${id}`);
  });

  it('keeps the list of chats as wide as it is beside a project of a long name', async () => {
    const { body } = await root.client.request<{ id: string }>('POST', '/api/v1/projects', {
      name: 'long '.repeat(40),
    });
    const page = await pageOf(root, '/');
    const aside = page.getByRole('complementary', { name: 'List of chats' });
    await aside.getByRole('combobox', { name: 'Project', exact: true }).waitFor();
    const width = (): Promise<number> => aside.evaluate((it: { scrollWidth: number }) => it.scrollWidth);
    await soon(width).toBeLessThanOrEqual((await aside.boundingBox())?.width);
    await root.client.request('DELETE', `/api/v1/projects/${body.id}`);
  });

  it('keeps to each what they have typed and not sent, in a browser that they use one after another', async () => {
    const id = await newChat('One browser');
    const page = await pageOf(root, `/#/chats/${id}`);
    const said = async (): Promise<(string | undefined)[]> => (await root.client.messages(id)).map(textOf);
    await field(page).fill('sent by root');
    await field(page).press('Enter');
    await page.getByText('sent by root').first().waitFor();
    await eventually('the answer', async () => (await said()).length === 2);
    await page.route('**/messages', (route) => route.abort());
    await field(page).fill('not sent by root');
    await field(page).press('Enter');
    await page.getByText('not sent by root').waitFor();
    await field(page).fill('a draft of root');

    await signedInAs(page, ada);
    await page.unroute('**/messages');
    await page.reload();
    // The page is loaded anew when it finds out whose it is.
    const owner = (): Promise<unknown> => page.evaluate(`localStorage.getItem('relay.account')`).catch(() => null);
    await soon(owner).toBe(ada.id);
    await soon(() => field(page).inputValue()).toBe('');
    await field(page).press('ArrowUp');
    expect(await field(page).inputValue()).toBe('');
    expect(await page.getByText('not sent by root').count()).toBe(0);
    await field(page).fill('by ada');
    await field(page).press('Enter');
    await eventually('the answer to ada', async () => (await said()).length === 4);
    expect((await said())[2]).toBe('by ada');

    await signedInAs(page, root);
    await page.reload();
    await soon(() => field(page).inputValue()).toBe('a draft of root');
    await eventually('what root could not send is sent', async () => (await said())[4] === 'not sent by root');
    const writers = (await root.client.messages(id)).flatMap(({ author }) => author?.id ?? []);
    expect(writers).toEqual([root.id, ada.id, root.id]);
  });

  it('stays as it is where it was begun to write before it was known whose the page is', async () => {
    const page = await pageOf(ada, '/#/account');
    await page.evaluate('localStorage.clear()');
    let answer = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/v1/account', async (route) => {
      await isAsked;
      await route.continue();
    });
    await page.goto('/#/');
    await page.reload();
    await field(page).fill('written early');
    await page.evaluate('window.isThisPage = true');
    answer();
    await soon(() => page.evaluate(`localStorage.getItem('relay.of.${ada.id}.draft.new')`)).toBe('written early');
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate('window.isThisPage')).toBe(true);
    expect(await field(page).inputValue()).toBe('written early');
  });

  it('keeps what was typed everywhere when the service is killed, and goes on with it after its restart', async () => {
    const id = await newChat('Kept');
    await root.client.ask(id, 'write: notes.txt a new line');
    const asking = await newChat('Asking');
    await root.client.send(asking, 'approve: date');
    const open = (chat: string, buttons: readonly string[], role: 'textbox' | 'searchbox', name: string) =>
      typedInto({ path: `/#/chats/${chat}`, buttons, role, name });
    const message = await open(id, [], 'textbox', 'Message');
    const text = await open(`${id}/file/notes.txt`, ['Edit'], 'textbox', 'Text of the file');
    const search = await open(id, [], 'searchbox', 'Search chats');
    const words = await open(id, ['Search in this chat'], 'searchbox', 'Words to search for in this chat');
    const reason = await open(asking, [], 'textbox', 'A word to the agent when you decline');
    await service.kill();
    await message.page().getByText('Reconnecting…').waitFor();
    for (const each of [message, text, search, words, reason])
      await soon(() => each.inputValue()).toBe('not to be lost');
    await service.restart();
    await message.page().getByText('Reconnecting…').waitFor({ state: 'detached' });
    for (const each of [message, text, search, words]) await soon(() => each.inputValue()).toBe('not to be lost');
    await message.press('Enter');
    await message.page().getByRole('log').getByText('not to be lost').first().waitFor();
    await text.page().getByRole('button', { name: 'Save', exact: true }).click();
    await text.waitFor({ state: 'detached' });
    // The turn that had asked is over: nobody is asked any more, and the page says so.
    await question(reason.page()).getByText('Read to the end').waitFor({ state: 'detached' });
    await reason.waitFor({ state: 'detached' });
    await reason.page().getByText('Waiting for your decision').first().waitFor({ state: 'detached' });
    await eventually('it is answered', async () => (await root.client.chat(id)).status === 'idle');
    expect(await outcomes(id)).toEqual([
      ['write: notes.txt a new line', 'completed'],
      ['not to be lost', 'completed'],
    ]);
    expect((await outcomes(asking)).map(([, status]) => status)).toEqual(['interrupted']);
  });

  /** What was asked, in its order, and how the turn of each ended. */
  async function outcomes(chatId: string): Promise<(string | undefined)[][]> {
    const turns = new Map((await root.client.turns(chatId)).map(({ id, status }) => [id, status]));
    const asked = (await root.client.messages(chatId)).filter(({ role }) => role === 'user');
    return asked.map((message) => [textOf(message), turns.get(message.turnId)]);
  }

  async function typedInto(place: {
    path: string;
    buttons: readonly string[];
    role: 'textbox' | 'searchbox';
    name: string;
  }): Promise<Locator> {
    const page = await pageOf(root, place.path);
    for (const name of place.buttons) await page.getByRole('button', { name, exact: true }).click();
    const typed = page.getByRole(place.role, { name: place.name, exact: true });
    await typed.fill('not to be lost');
    return typed;
  }
});
