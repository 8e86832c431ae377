import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type { QueueDto } from '../../src/chat/dto/queue.dto';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { RelayClient, textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { startWordedModel } from '../support/worded-model';
import { soon } from '../support/soon';

const LONG = 'say 3000 words every 20 ms';
/** Pictures of the pages are put here, to be looked at. */
const PICTURES = process.env.PAGE_PICTURES;
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };

describeInBrowser('the composer of the web client', () => {
  let browser: Browser;
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url, environment: { ATTACHMENT_MAX_MB: '1' } });
    client = service.client;
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    ({ page, faults } = await openPage(browser, service.url));
  });
  afterEach(() => page?.close());
  afterAll(async () => {
    await browser?.close();
    await model?.stop();
    await service?.dispose();
  });

  const conversation = (): Locator => page.getByRole('log', { name: 'Conversation' });
  const panel = (): Locator => page.getByRole('region', { name: 'Waiting messages' });
  const row = (index: number): Locator => panel().getByRole('listitem', { name: `Waiting message ${index}` });
  const files = (): Locator => page.getByRole('list', { name: 'Files to send' });
  const chatId = (): string => /chats\/([\w-]+)/.exec(page.url())?.[1] ?? '';
  const queue = async (): Promise<QueueDto> =>
    (await client.request<QueueDto>('GET', `/api/v1/chats/${chatId()}/queue`)).body;
  const waiting = async (): Promise<string[]> => (await queue()).items.map(({ message }) => textOf(message));

  async function write(text: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Message' }).fill(text);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  /** A chat in which a long turn runs, and these messages wait. */
  async function busyChat(...messages: string[]): Promise<void> {
    await page.goto('/');
    await write(LONG);
    await conversation().getByText('word3 ').waitFor();
    for (const [index, text] of messages.entries()) {
      await write(text);
      await row(index + 1)
        .getByText(text)
        .waitFor();
    }
  }

  /** Shows what there is in both sizes and themes; nothing may scroll sideways. */
  async function look(name: string): Promise<void> {
    for (const [device, size] of Object.entries(SIZES)) {
      await page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect([name, device, width <= size.width]).toEqual([name, device, true]);
        if (PICTURES === undefined) continue;
        mkdirSync(PICTURES, { recursive: true });
        await page.screenshot({ path: join(PICTURES, `${name}-${device}-${colorScheme}.png`), animations: 'disabled' });
      }
    }
    await page.setViewportSize(SIZES.desktop);
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  }

  it('shows what waits, which is moved, edited, removed and sent now', async () => {
    await busyChat('one', 'two', 'three');
    await soon(() => conversation().getByText('two', { exact: true }).count()).toBe(0);
    await row(3).getByRole('button', { name: 'Move up' }).click();
    await row(2).getByText('three').waitFor();
    await soon(() => waiting()).toEqual(['one', 'three', 'two']);
    await row(3).dragTo(row(1));
    await row(1).getByText('two').waitFor();
    await soon(() => waiting()).toEqual(['two', 'one', 'three']);
    await look('queue');

    await row(2).getByRole('button', { name: 'Edit' }).click();
    await row(2).getByRole('textbox', { name: 'Edit the message' }).fill('uno');
    await row(2).getByRole('button', { name: 'Save' }).click();
    await row(2).getByText('uno').waitFor();
    await row(1).getByRole('button', { name: 'Remove' }).click();
    await row(1).getByText('uno').waitFor();
    await soon(() => waiting()).toEqual(['uno', 'three']);

    // Another client changes the same queue: the page shows it.
    const [, three] = (await queue()).items;
    const path = `/api/v1/chats/${chatId()}/queue/${three?.message.id}`;
    await client.request('PATCH', path, { content: 'drei' });
    await row(2).getByText('drei').waitFor();

    await row(2).getByRole('button', { name: 'Send now' }).click();
    await conversation().getByText('You said: drei').waitFor();
    await conversation().getByText('You said: uno').waitFor();
    await panel().waitFor({ state: 'detached' });
    const users = (await client.messages(chatId())).filter(({ role }) => role === 'user').map(textOf);
    // What was removed stays in the chat, as what was not answered.
    expect(users).toEqual([LONG, 'drei', 'two', 'uno']);
    expect(faults).toEqual([]);
  });

  it('asks at a stop what becomes of what waits, holds it, and goes on at a word', async () => {
    await busyChat('one', 'two');
    await page.getByRole('button', { name: 'Stop the turn' }).click();
    await page.getByRole('menuitem', { name: 'Stop, and hold what waits' }).waitFor();
    await look('stop');
    await page.getByRole('menuitem', { name: 'Stop, and hold what waits' }).click();
    await panel().getByText('The queue is held: 2 messages wait').waitFor();
    await page.reload();
    await panel().getByText('The queue is held: 2 messages wait').waitFor();
    await write('three');
    await row(3).getByText('three').waitFor();
    await look('held');
    await panel().getByRole('button', { name: 'Go on' }).click();
    await conversation().getByText('You said: three').waitFor();
    await panel().waitFor({ state: 'detached' });
    expect(
      (await client.messages(chatId()))
        .filter(({ role }) => role === 'assistant')
        .map(textOf)
        .slice(1),
    ).toEqual([...['You said: one', 'You said: two', 'You said: three']]);
    expect(faults).toEqual([]);
  });

  it('attaches files of any kind: to the first message of a chat, by the button, dropped and pasted', async () => {
    await page.goto('/');
    const field = page.locator('input[type=file]');
    const data = { name: 'data.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0, 1, 2, 255]) };
    await field.setInputFiles(data);
    await files().getByText('data.bin').waitFor();
    await write('first');
    await conversation().getByText('You said:').first().waitFor();
    await conversation().getByRole('list', { name: 'Attached files' }).getByText('data.bin').waitFor();

    await field.setInputFiles([
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('some notes') },
      { name: 'large.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(2 * 1024 * 1024, 7) },
    ]);
    await files()
      .getByText(/\(attachment_too_large\)/)
      .waitFor();
    for (const [type, name] of [
      ['drop', 'dropped.csv'],
      ['paste', 'pasted.json'],
    ] as const) {
      await page.evaluate(`{
        const transfer = new DataTransfer();
        transfer.items.add(new File(['a,b'], '${name}', { type: 'text/csv' }));
        const terms = { bubbles: true, cancelable: true };
        const event = '${type}' === 'drop'
          ? new DragEvent('drop', { ...terms, dataTransfer: transfer })
          : new ClipboardEvent('paste', { ...terms, clipboardData: transfer });
        document.querySelector('textarea').dispatchEvent(event);
      }`);
      await files().getByText(name).waitFor();
    }
    await eventually('all are uploaded', async () => (await page.getByRole('progressbar').count()) === 0);
    await look('files');
    await page.getByRole('button', { name: 'Remove large.bin' }).click();
    await write('second');
    await eventually('it is answered', async () => {
      const turns = await client.turns(chatId());
      return turns.length === 2 && turns.every(({ status }) => status === 'completed');
    });
    await look('attached');
    const sent = (await client.messages(chatId())).find((message) => textOf(message) === 'second');
    const names = sent?.content.flatMap((part) => (part.type === 'file' ? [part.fileName] : []));
    expect([...(names ?? [])].sort()).toEqual(['dropped.csv', 'notes.txt', 'pasted.json']);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      conversation().getByRole('link', { name: 'Download data.bin' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('data.bin');
    expect(await readFile(await download.path())).toEqual(data.buffer);
    // The refusal of the large one, which the browser notes by itself.
    expect(faults.filter((fault) => !fault.includes('413'))).toEqual([]);
  });

  it('says all that an approval grants, and tells the agent why it is declined', async () => {
    const { id } = await client.createChat({ backend: 'demo' });
    await page.goto(`/#/chats/${id}`);
    await write(`approve: touch ${join(service.dataRoot, 'declined')}`);
    const question = page.getByRole('region', { name: 'Run this command?' });
    await question.getByText('outside of the sandbox, with the network').first().waitFor();
    await question.getByText(/^Run it once, outside of the sandbox/).waitFor();
    await question.getByText(/from now on in this chat/).waitFor();
    await question.getByText('As its words').click();
    await question.getByText('"/bin/bash"').waitFor();
    await look('approval');
    await question
      .getByRole('textbox', { name: 'A word to the agent when you decline' })
      .fill('write: why.txt because');
    await question.getByRole('button', { name: 'Decline', exact: true }).click();
    await question.getByText('Answered: Decline').waitFor();
    await eventually('the agent has heard it', async () => {
      const { status, body } = await client.request<string>('GET', `/api/v1/chats/${id}/workspace/file?path=why.txt`);
      return status === 200 && String(body).trim() === 'because';
    });
    expect(faults).toEqual([]);
  });
});
