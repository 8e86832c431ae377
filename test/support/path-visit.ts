import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { openPage } from './browser';
import { PIXEL } from './pixel';
import type { RelayClient } from './relay-client';

/** What fetches more when it is shown: a worker with a grammar, and a frame with what draws. */
const MARKDOWN = '```ts\nexport const a = 1;\n```\n\n```mermaid\ngraph LR\n  A[Click] --> B[Run]\n```';
const PICTURE = '[role=log] img';
const PICTURE_WIDTH = `(async (image) => (await image.decode(), image.naturalWidth))(document.querySelector('${PICTURE}'))`;
const KEPT_PATHS = `caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((one) => one.keys()))))
  .then((all) => all.flat().map(({ url }) => new URL(url).pathname))`;

/** Somebody at the web client below a path of a proxy's, and all that is asked for meanwhile. */
export class PathVisit {
  /** Addresses, those of the frames, workers and sockets of its pages, too. */
  private readonly asked: string[] = [];

  private constructor(
    readonly page: Page,
    /** What the page's console tells as errors. */
    readonly faults: string[],
    private readonly base: string,
  ) {
    page.context().on('request', (request) => this.asked.push(request.url()));
    page.on('websocket', (socket) => this.asked.push(socket.url()));
  }

  /** With a profile of its own; nothing is opened yet. @param base address of the path, without a slash at its end */
  static async open(browser: Browser, base: string): Promise<PathVisit> {
    const { page, faults } = await openPage(browser, base);
    return new PathVisit(page, faults, base);
  }

  /** What was asked for elsewhere than below the path. */
  get astray(): string[] {
    const { host, pathname } = new URL(this.base);
    return this.asked.filter((address) => {
      const url = new URL(address);
      const isBelow = url.host === host && (url.pathname === pathname || url.pathname.startsWith(`${pathname}/`));
      return !isBelow && !/^(?:data|blob):$/.test(url.protocol);
    });
  }

  /** Makes a chat with a picture, and reads its answer as it comes by a WebSocket. */
  async talk(): Promise<void> {
    const frames: string[] = [];
    const { page } = this;
    page.on('websocket', (socket) => {
      if (!socket.url().startsWith(`${this.base.replace('http', 'ws')}/socket.io/`)) return;
      socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
    });
    await page.goto(`${this.base}/`);
    const buffer = Buffer.from(PIXEL.split(',')[1] ?? '', 'base64');
    await page.locator('input[type=file]').setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer });
    await page.getByRole('textbox', { name: 'Message' }).fill('hello');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('log', { name: 'Conversation' }).getByText('You said: hello').waitFor();
    await page.getByRole('button', { name: 'Copy answer' }).waitFor();
    expect(frames).toContainEqual(expect.stringContaining('turn.completed'));
    expect(await this.pictureWidth()).toBe(1);
  }

  /** To the workspace of the chat that is open, and from there; the chat is open again then. */
  async moveFile(): Promise<void> {
    const { page } = this;
    const chat = page.url();
    await page.getByRole('link', { name: 'Files of this chat' }).click();
    const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('some notes') };
    await page.getByLabel('Files to upload').setInputFiles(notes);
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download notes.txt' }).click();
    const saved = await saving;
    expect(saved.url()).toContain(`${this.base}/api/v1/`);
    expect(readFileSync(await saved.path(), 'utf8')).toBe('some notes');
    await page.goto(chat);
  }

  /** Makes a link to the chat that is open, and opens it. */
  async readShared(): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: 'Share this chat' }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = (await page.getByRole('status').locator('code').textContent()) ?? '';
    expect(link.slice(0, link.indexOf('#'))).toBe(`${this.base}/shared`);
    await page.goto(link);
    await page.getByText('shared for reading until').waitFor();
    expect(await this.pictureWidth()).toBe(1);
  }

  /** Code in its colours, and a diagram. */
  async readMarkdown(client: RelayClient): Promise<void> {
    const template = { name: 'Shown', instructions: MARKDOWN };
    const { status, body } = await client.request<{ id: string }>('POST', '/api/v1/templates', template);
    expect(status).toBe(201);
    await this.page.goto(`${this.base}/#/templates/${body.id}`);
    await this.page.locator('[data-code] span[style*="color"]', { hasText: 'export' }).first().waitFor();
    await this.page.getByRole('button', { name: 'Draw the diagram' }).click();
    await this.page.frameLocator('iframe[title="Diagram"]').locator('svg', { hasText: 'Click' }).waitFor();
  }

  async speakGerman(): Promise<void> {
    await this.page.goto(`${this.base}/#/`);
    await this.page.getByLabel('Language').selectOption('de');
    await this.page.getByRole('heading', { name: 'Was soll der Agent tun?' }).waitFor();
    const catalogues = this.asked.filter((url) => url.startsWith(`${this.base}/assets/de-`));
    expect(catalogues).not.toEqual([]);
  }

  /** Paths of what the browser keeps for a start without a network. */
  keptPaths(): Promise<string[]> {
    return this.page.evaluate<string[]>(KEPT_PATHS);
  }

  private async pictureWidth(): Promise<unknown> {
    await this.page.locator(PICTURE).first().waitFor();
    return this.page.evaluate(PICTURE_WIDTH);
  }
}
