import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type { ProjectDto } from '../../src/projects/project.dto';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { GitHost, gitIn } from '../support/git-host';
import { textOf } from '../support/relay-client';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

const PASSWORD = 'ghp-kolibri-4711';

describeInBrowser('branches in the web client', () => {
  let browser: Browser;
  let service: RelayService;
  let page: Page;
  let faults: string[];
  const host = new GitHost({ username: 'git', password: PASSWORD });

  beforeAll(async () => {
    await host.start((folder) => writeFileSync(join(folder, 'a.txt'), 'of the host\n'));
    service = await RelayService.start({
      environment: {
        ...{ REPOSITORY_FOLDERS: dirname(host.bare), REPOSITORY_HOSTS: `${host.host},github.example.org` },
        ENCRYPTION_KEY: 'ab'.repeat(32),
      },
    });
    browser = await launchBrowser();
    ({ page, faults } = await openPage(browser, service.url));
  });
  afterAll(async () => {
    await browser?.close();
    await service?.dispose();
    await host.stop();
  });

  const conversation = (): Locator => page.getByRole('log', { name: 'Conversation' });

  async function write(text: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Message' }).fill(text);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  it('brings files back to an earlier turn, and sends an edited message in a branch', async () => {
    const { client } = service;
    const { id } = await client.createChat({ backend: 'demo' });
    await page.goto(`/#/chats/${id}`);
    for (const text of ['one', 'two']) {
      await write(`write: a.txt ${text}`);
      await conversation()
        .getByText(`I wrote a.txt with 1 line`)
        .nth(text === 'one' ? 0 : 1)
        .waitFor();
      await page.getByRole('button', { name: 'Stop the turn' }).waitFor({ state: 'detached' });
    }
    const file = join(service.dataRoot, 'sessions', 'default', id, 'workspace', 'a.txt');
    await page.getByRole('button', { name: 'Undo files to here' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('changes back').waitFor();
    await soon(() => dialog.textContent()).toContain('a.txt');
    expect(readFileSync(file, 'utf8')).toBe('two\n');
    await dialog.getByRole('button', { name: 'Undo files', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    await page.getByRole('button', { name: 'Edit' }).nth(1).click();
    await page.getByRole('textbox', { name: 'Edited text' }).fill('write: b.txt three');
    await page.getByRole('button', { name: 'Send in a branch' }).click();
    await conversation().getByText('I wrote b.txt').waitFor();
    const branch = /chats\/([\w-]+)/.exec(page.url())?.[1] ?? '';
    expect(branch).not.toBe(id);
    expect((await client.messages(branch)).filter(({ role }) => role === 'user').map(textOf)).toEqual([
      'write: a.txt one',
      'write: b.txt three',
    ]);
    const switcher = page.getByRole('combobox', { name: 'Branches of this chat' });
    await switcher.selectOption(id);
    await conversation().getByText('write: a.txt two').waitFor();
    await soon(() => switcher.locator('option:checked').textContent()).toMatch(/^1\/2 /);
    await soon(() => page.getByRole('button', { name: 'Previous branch' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Next branch' }).click();
    await conversation().getByText('I wrote b.txt').waitFor();
    expect(faults).toEqual([]);
  });

  it('shows, edits, renames, uploads and deletes files, and brings back an earlier state of them', async () => {
    const { client } = service;
    const { id } = await client.createChat({ backend: 'demo' });
    await client.ask(id, 'write: notes.txt first');
    await client.ask(id, 'write: notes.txt second');
    await page.goto(`/#/chats/${id}`);
    await page.getByRole('link', { name: 'Files of this chat' }).click();
    await page.getByRole('link', { name: 'notes.txt', exact: true }).click();
    await page.getByRole('group', { name: 'Text of the file' }).getByText('second').waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    // Changed by somebody else meanwhile: it is not overwritten.
    const file = join(service.dataRoot, 'sessions', 'default', id, 'workspace', 'notes.txt');
    writeFileSync(file, 'of somebody else\n');
    await page.getByRole('textbox', { name: 'Text of the file' }).fill('mine\n');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('changed meanwhile').waitFor();
    expect(readFileSync(file, 'utf8')).toBe('of somebody else\n');
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'Text of the file' }).fill('mine\n');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('group', { name: 'Text of the file' }).getByText('mine').waitFor();
    expect(readFileSync(file, 'utf8')).toBe('mine\n');

    await page.getByRole('link', { name: 'workspace', exact: true }).click();
    await page.getByRole('button', { name: 'New folder' }).click();
    await page.getByRole('textbox', { name: 'Name of the folder' }).fill('größe #1');
    await page.getByRole('button', { name: 'Make folder' }).click();
    await page.getByRole('link', { name: 'größe #1', exact: true }).click();
    await page.getByText('There is nothing in this folder yet.').waitFor();
    const upload = { name: 'up.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0, 1, 2]) };
    await page.getByLabel('Files to upload').setInputFiles(upload);
    await page.getByRole('link', { name: 'up.bin', exact: true }).click();
    await page.getByText('This file is no text').waitFor();
    await page.getByRole('link', { name: 'größe #1', exact: true }).click();
    await page.getByRole('button', { name: 'Rename up.bin' }).click();
    await page.getByRole('textbox', { name: 'New name' }).fill('renamed.bin');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('button', { name: 'Delete renamed.bin' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('There is nothing in this folder yet.').waitFor();

    await page.getByRole('link', { name: 'Changes' }).click();
    const states = page.getByRole('region', { name: 'States of the files' }).getByRole('listitem');
    await states.nth(1).getByRole('button', { name: 'Show changes' }).click();
    await states.nth(1).getByText('notes.txt').waitFor();
    await states.nth(1).getByRole('button', { name: 'Bring back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Bring back' }).click();
    await eventually('the first state is back', () => readFileSync(file, 'utf8') === 'first\n');
    // The browser itself tells of the answer that says that the file was changed.
    expect(faults.filter((fault) => !fault.includes('412'))).toEqual([]);
  });

  it('keeps what is typed in a file until it is saved or discarded, wherever one goes before', async () => {
    faults.splice(0);
    const { client } = service;
    const { id } = await client.createChat({ backend: 'demo' });
    await client.ask(id, 'write: kept.txt first');
    const address = `/#/chats/${id}/file/kept.txt`;
    const edited = page.getByRole('textbox', { name: 'Text of the file' });
    const hint = page.getByText('This is what you had typed, and not saved.');
    await page.goto(address);
    await page.getByRole('button', { name: 'Edit' }).click();
    await edited.fill('typed, and not saved\n');
    await page.getByRole('link', { name: 'Changes' }).click();
    await page.getByRole('region', { name: 'States of the files' }).getByRole('listitem').first().waitFor();
    await page.goBack();
    await hint.waitFor();
    await soon(() => edited.inputValue()).toBe('typed, and not saved\n');
    await page.reload();
    await hint.waitFor();
    await soon(() => edited.inputValue()).toBe('typed, and not saved\n');
    // The agent has changed it since: that is not overwritten unseen.
    await client.ask(id, 'write: kept.txt of the agent');
    await page.reload();
    await page.getByRole('alert').getByText('changed meanwhile').waitFor();
    await soon(() => edited.inputValue()).toBe('typed, and not saved\n');
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await page.getByRole('group', { name: 'Text of the file' }).getByText('of the agent').waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await edited.fill('saved\n');
    await soon(() => hint.count()).toBe(0);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('group', { name: 'Text of the file' }).getByText('saved', { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Edit' }).waitFor();
    await soon(() => edited.count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('walks the files by the keyboard, beside what they have', async () => {
    // What was refused before.
    faults.splice(0);
    const { client } = service;
    const { id } = await client.createChat();
    for (const path of ['src', 'src/lib'])
      await client.request('POST', `/api/v1/chats/${id}/workspace/folders`, { path });
    await page.goto(`/#/chats/${id}/files`);
    const line = (name: string): Locator => page.getByRole('treeitem', { name, exact: true });
    await line('src').focus();
    await page.keyboard.press('ArrowRight');
    await line('lib').waitFor();
    await page.keyboard.press('ArrowRight');
    await line('lib').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Where this is' }).getByText('lib').waitFor();
    expect(await line('lib').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowLeft');
    expect(await line('lib').getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await line('lib').waitFor({ state: 'detached' });
    // The row of the chat is the open one here, too.
    await page.locator(`a[data-row="${id}"][aria-current]`).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('tree').waitFor({ state: 'detached' });
    await page.getByRole('navigation', { name: 'Where this is' }).waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(faults).toEqual([]);
  });

  it('gives a project a repository with a key that is made for it, or a password, which is never shown', async () => {
    const { body } = await service.client.request<ProjectDto>('POST', '/api/v1/projects', { name: 'Site' });
    await page.goto(`/#/projects/${body.id}`);
    const repository = page.getByRole('region', { name: 'Repository', exact: true });
    const dialog = page.getByRole('dialog');
    await repository.getByRole('button', { name: 'Add a repository' }).click();
    await repository.getByLabel('Address').fill('git@elsewhere.example.net:owner/name.git');
    await repository.getByRole('button', { name: 'Save' }).click();
    await repository.getByRole('alert').waitFor();
    await repository.getByLabel('Address').fill('git@github.example.org:owner/name.git');
    await soon(() => repository.getByLabel('How its host lets the service in').inputValue()).toBe('generate');
    await repository.getByRole('button', { name: 'Save' }).click();
    await repository.getByText(/^ssh-ed25519 /).waitFor();
    await repository.getByRole('button', { name: 'Copy the public key' }).waitFor();

    await repository.getByRole('button', { name: 'Change' }).click();
    await repository.getByLabel('Address').fill(host.url);
    await repository.getByLabel('How its host lets the service in').selectOption('password');
    await repository.getByLabel('Password or token').fill('wrong');
    await repository.getByRole('button', { name: 'Save' }).click();
    await repository.getByRole('button', { name: 'Test, and fetch' }).click();
    await repository.getByRole('alert').waitFor();
    await repository.getByRole('button', { name: 'Change' }).click();
    await repository.getByLabel('How its host lets the service in').selectOption('password');
    await repository.getByLabel('Password or token').fill(PASSWORD);
    await repository.getByRole('button', { name: 'Save' }).click();
    await repository.getByRole('button', { name: 'Test, and fetch' }).click();
    await repository.getByText(/^Fetched /).waitFor();
    expect(await page.content()).not.toContain(PASSWORD);
    await repository.getByRole('link', { name: 'New chat in it' }).click();
    await write('run: echo made-in-it');
    await eventually('its turn has ended', async () => {
      const [, id] = /chats\/([\w-]+)/.exec(page.url()) ?? [];
      return id !== undefined && (await service.client.turns(id)).at(-1)?.status === 'completed';
    });
    await page.getByRole('link', { name: 'Files of this chat' }).click();
    await page.getByRole('treeitem', { name: 'a.txt', exact: true }).waitFor();
    await page.goto(`/#/projects/${body.id}`);
    await repository.getByRole('button', { name: 'Remove the repository' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await repository.getByText('There is none').waitFor();
    // What was refused on the way.
    faults.splice(0);
  });

  it('shows what a chat has changed in its repository, commits and pushes it', async () => {
    const call = async (method: string, path: string, body: object): Promise<{ id: string }> => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${service.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
      return (await answer.json()) as { id: string };
    };
    const project = await call('POST', '/projects', { name: 'With a repository' });
    await call('PUT', `/projects/${project.id}/repository`, { url: host.bare });
    const chat = await call('POST', '/chats', { backend: 'demo', projectId: project.id });
    await page.goto(`/#/chats/${chat.id}/changes`);
    await page.getByRole('button', { name: 'Check out now' }).click();
    await page.getByText('Nothing has changed.').waitFor();
    await service.client.ask(chat.id, 'write: mine.txt a line');
    await page.getByRole('combobox', { name: 'Changes of' }).selectOption('head');
    const repository = page.getByRole('region', { name: 'Repository' });
    await repository.getByText('mine.txt').waitFor();
    await page.getByRole('textbox', { name: 'Message of the commit' }).fill('add mine');
    await page.getByRole('button', { name: 'Commit all' }).click();
    await repository.getByText('1 commit ahead').waitFor();
    await page.getByRole('button', { name: /^Push / }).click();
    await repository.getByText('· pushed').waitFor();
    const branches = gitIn(host.bare, 'for-each-ref', '--format=%(refname:short)').split('\n');
    const pushed = branches.find((name) => name !== 'main') ?? '';
    expect(host.fileOf(pushed, 'mine.txt')).toBe('a line');
  });
});
