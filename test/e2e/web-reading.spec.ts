import { readFileSync } from 'node:fs';
import type { Browser, Download, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { violationsOf } from '../support/page-check';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { callsReply, textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';
import { soon } from '../support/soon';

const CODE = ['export const a = 1;', 'export const b = 2;', 'export const c = 3;'];
const ADDED = `*** Begin Patch\n*** Add File: src/app.ts\n+${CODE.join('\n+')}\n*** End Patch`;
const CHANGED = `*** Begin Patch\n*** Update File: src/app.ts\n@@\n-${CODE[1]}\n+export const b = 20;\n ${CODE[2]}\n*** End Patch`;
const OUTPUT = `printf '\\033[1;31mFAIL\\033[0m\\n'; seq -f 'line %g of it' 400; printf 'x\\342\\200\\256y\\n'`;
const QUOTED = `echo "it's $USER" 'a"b' && printf 'x\u202ey'`;
const SCRIPT = Array.from({ length: 400 }, (_, line) => `echo ${line}`).join('\n');
const ASK = { sandbox_permissions: 'require_escalated', justification: 'May I?' };
const ANSWER = [
  '## Done',
  'See [the code](src/app.ts:2), `a\u202eb` and \\(E = mc^2\\), not [that](/etc/passwd).',
  `\`\`\`ts\n${CODE.join('\n')}\n\`\`\``,
  '- [x] one task\n- [ ] another',
  '| Name | Value |\n| --- | --- |\n| alpha | 1 |',
  '```mermaid\ngraph LR\n  A[Click] --> B[Run]\n```',
].join('\n\n');

describeInBrowser('reading in the web client', () => {
  let browser: Browser;
  let model: ScriptedModel;
  let service: RelayService;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    const calls = [
      { name: 'apply_patch', arguments: { input: ADDED } },
      { name: 'apply_patch', arguments: { input: CHANGED } },
      { name: 'exec_command', arguments: { cmd: OUTPUT } },
    ];
    model = await startScriptedModel(({ index, lastUserText, answersTool }) => {
      if (lastUserText === 'ask' && answersTool) return textReply('It was told so.');
      if (lastUserText === 'script' && !answersTool)
        return callsReply([{ name: 'exec_command', arguments: { cmd: SCRIPT, ...ASK } }]);
      if (lastUserText === 'ask') return callsReply([{ name: 'exec_command', arguments: { cmd: QUOTED, ...ASK } }]);
      const call = calls[index];
      return call === undefined ? textReply(ANSWER) : callsReply([call]);
    });
    service = await RelayService.start({ modelUrl: model.url });
    browser = await launchBrowser();
    ({ page, faults } = await openPage(browser, service.url));
    // As on a page that is not reached by HTTPS.
    await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    const { id } = await service.client.createChat();
    await service.client.ask(id, 'go');
    await page.goto(`/#/chats/${id}`);
    await conversation().getByRole('heading', { name: 'Done' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await model?.stop();
    await service?.dispose();
  });
  afterEach(() => expect(faults).toEqual([]));

  const conversation = (): Locator => page.getByRole('log', { name: 'Conversation' });

  /** What the clipboard holds, as it is pasted. */
  async function pasted(): Promise<string> {
    const field = page.getByRole('textbox', { name: 'Message' });
    await field.fill('');
    await field.press('Control+V');
    return field.inputValue();
  }

  it('shows code in colours and with numbers, and copies it without a secure origin', async () => {
    const code = conversation().locator('[data-code]').filter({ hasText: 'export const a' }).last();
    await code.locator('span[style*="color"]', { hasText: 'export' }).first().waitFor();
    await code.getByRole('button', { name: 'Copy code' }).click();
    await soon(() => pasted()).toBe(CODE.join('\n'));
    await code.getByRole('button', { name: 'Wrap lines' }).click();
    await soon(() => code.getByRole('button', { name: 'Wrap lines', pressed: true }).count()).toBe(1);
  });

  it('boxes what cannot be seen, lays out formulas, and makes tables that can be taken along', async () => {
    await soon(() => conversation().locator('p mark', { hasText: '⟨U+202E⟩' }).count()).toBe(1);
    await conversation().locator('math').waitFor();
    await conversation().getByRole('checkbox', { name: 'done', checked: true, disabled: true }).waitFor();
    await conversation().getByRole('checkbox', { name: 'to do', checked: false, disabled: true }).waitFor();
    await conversation().getByRole('button', { name: 'Copy for a spreadsheet' }).click();
    await soon(() => pasted()).toBe('Name\tValue\nalpha\t1');
    await conversation().getByRole('button', { name: 'Widen the table' }).click();
    await page.getByRole('dialog', { name: 'Table' }).getByText('alpha').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('opens the file of the workspace that a link names, and nothing outside of it', async () => {
    await soon(() => conversation().getByRole('link', { name: 'that' }).count()).toBe(0);
    await conversation().getByRole('button', { name: 'the code' }).click();
    const viewer = page.getByRole('dialog', { name: 'File src/app.ts' });
    await viewer.locator('.code-line-sought', { hasText: 'export const b = 20;' }).waitFor();
    await viewer.getByRole('button', { name: 'Close' }).click();
    await viewer.waitFor({ state: 'detached' });
  });

  it('shows changes one below the other, and side by side with the same line numbers', async () => {
    const changes = conversation().getByRole('group', { name: 'Changed lines' }).nth(1);
    await changes.locator('.diff-remove', { hasText: CODE[1] ?? '' }).waitFor();
    await conversation().getByRole('button', { name: 'Side by side' }).first().click();
    const row = changes.locator('.diff-split .diff-line').filter({ hasText: 'export const b = 20;' });
    expect((await row.textContent())?.replaceAll(/\s+/g, ' ')).toContain(CODE[1]);
    await soon(() => row.locator('.diff-number').allTextContents()).toEqual(['2', '2']);
  });

  it('rests at the end of a long output, finds words in it, and saves all of it', async () => {
    const block = conversation().locator('details').filter({ hasText: 'seq -f' }).last();
    await block.scrollIntoViewIfNeeded();
    await block.getByRole('button', { name: /^Show all of it/ }).click();
    await block.getByText('402 lines', { exact: true }).waitFor();
    const output = block.getByLabel('Output', { exact: true });
    const scrolled = await output.evaluate((pane: unknown) => (pane as { scrollTop: number }).scrollTop);
    expect(scrolled).toBeGreaterThan(1_000);
    await soon(() => output.locator('.ansi-red', { hasText: 'FAIL' }).count()).toBe(1);
    await soon(() => output.locator('mark', { hasText: '⟨U+202E⟩' }).count()).toBe(1);
    await block.getByRole('button', { name: 'Search in the output' }).click();
    await page.getByRole('searchbox', { name: 'Words to search for in the output' }).fill('LINE 7 ');
    await block.getByText('1 of 1').waitFor();
    await soon(() => output.locator('.found-current').textContent()).toBe('line 7 ');
    const saved: Promise<Download> = page.waitForEvent('download');
    await block.getByRole('button', { name: 'Download the output' }).click();
    const text = readFileSync(await (await saved).path(), 'utf8');
    expect(text.split('\n').slice(0, 2)).toEqual(['FAIL', 'line 1 of it']);
  });

  it('draws a diagram in a frame that reaches nothing', async () => {
    const warned: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warned.push(message.text()));
    await conversation().getByRole('button', { name: 'Draw the diagram' }).click();
    const frame = page.frameLocator('iframe[title="Diagram"]');
    await frame.locator('svg', { hasText: 'Click' }).waitFor();
    const inside = page.frames().find((each) => each.url().endsWith('/frames/diagram.html'));
    expect(await inside?.evaluate('window.origin')).toBe('null');
    const reached = `fetch('/api/v1/account').then(() => 'reached', () => 'refused')`;
    expect(await inside?.evaluate(reached)).toBe('refused');
    expect(warned).toEqual([]);
    // The browser tells of what the policy has refused: it was asked for here.
    expect(faults.splice(0).every((fault) => /Content Security Policy|Refused to connect/.test(fault))).toBe(true);
  });

  it('asks about a command word for word, takes words with a refusal, and folds the question to a line above the result', async () => {
    const { id } = await service.client.createChat();
    await service.client.send(id, 'ask');
    await page.goto(`/#/chats/${id}`);
    const question = page.getByRole('region', { name: 'Run this command?' });
    await question.getByText('outside of the sandbox, with the network', { exact: true }).waitFor();
    const shown = QUOTED.replace('\u202e', '⟨U+202E⟩');
    await soon(() => question.locator('pre').first().textContent()).toBe(shown);
    const reason = question.getByRole('textbox', { name: 'A word to the agent when you decline' });
    await reason.fill('Not now');
    // Escape is for the field that one types in, and stops no turn: it would answer nothing of this below.
    await reason.press('Escape');
    await conversation().getByRole('button', { name: 'Edit', exact: true }).click();
    const edited = page.getByRole('textbox', { name: 'Edited text' });
    await edited.press('Escape');
    await edited.waitFor({ state: 'detached' });
    await soon(() => reason.inputValue()).toBe('Not now');
    await question.getByRole('button', { name: 'Decline', exact: true }).click();
    await question.locator('summary', { hasText: 'Answered: Decline' }).waitFor();
    await soon(() => question.locator('summary').first().textContent()).toContain(shown);
    // What is open around it does not turn the mark of what is closed in it.
    await question.locator('summary').first().click();
    const mark = question.locator('summary', { hasText: 'As its words' }).locator('svg');
    await mark.waitFor();
    const turned = (): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('section details details svg')).rotate`);
    await soon(turned).toBe('none');
    await mark.click();
    await soon(turned).toBe('90deg');
    await question.locator('summary').first().click();
    const result = conversation().locator('section:has-text("Answered: Decline") ~ details', { hasText: 'Declined' });
    await result.waitFor();
    await page.goBack();
    await conversation().getByRole('heading', { name: 'Done' }).waitFor();
  });

  it('says of a long script that waits what it waits for, and shows it whole', async () => {
    const { id } = await service.client.createChat();
    await service.client.send(id, 'script');
    await page.goto(`/#/chats/${id}`);
    const question = page.getByRole('region', { name: 'Run this command?' });
    const block = conversation().locator('details').filter({ hasText: 'echo 0' }).first();
    await question.getByRole('button', { name: 'Decline', exact: true }).waitFor();
    // As who comes later has it: of the stored chat, not of what came in.
    await page.reload();
    await question.getByRole('button', { name: 'Decline', exact: true }).waitFor();
    await block.locator('p', { hasText: 'Waiting for your decision' }).waitFor();
    expect(await block.getByLabel('Output', { exact: true }).count()).toBe(0);
    expect(await block.getByText('Its end may be left out').count()).toBe(0);
    await soon(() => violationsOf(page)).toEqual([]);
    await question.getByRole('button', { name: 'Decline', exact: true }).click();
    await question.locator('summary', { hasText: 'Answered: Decline' }).waitFor();
    await page.goBack();
    await conversation().getByRole('heading', { name: 'Done' }).waitFor();
  });

  it('keeps the place of a picture that has not come, and lays formulas out at once when it has done so before', async () => {
    const drawing = `Object.assign(document.createElement('canvas'), { width: 320, height: 200 }).toDataURL()`;
    const { id } = await service.client.createChat();
    const shown = { type: 'image', url: await page.evaluate<string>(drawing) };
    await service.client.ask(id, { content: [{ type: 'text', text: 'look' }, shown] });
    let deliver = (): void => undefined;
    const isWanted = new Promise<void>((resolve) => (deliver = resolve));
    await page.route('**/api/v1/blobs/**', (route) => void isWanted.then(() => route.continue()));
    const back = page.url();
    await page.goto(`/#/chats/${id}`);
    const picture = conversation().getByRole('img', { name: 'Picture 1' });
    await picture.waitFor();
    expect(await picture.boundingBox()).toMatchObject({ width: 320, height: 200 });
    deliver();
    await eventually('it is there', () => picture.evaluate((it: { naturalWidth: number }) => it.naturalWidth > 0));
    expect(await picture.boundingBox()).toMatchObject({ width: 320, height: 200 });
    await page.evaluate(`new MutationObserver(() => {
      globalThis.wasRaw ||= document.querySelector('main').textContent.includes('$$E = mc^2$$');
    }).observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true })`);
    await page.goto(back);
    await conversation().locator('math').waitFor();
    expect(await page.evaluate('globalThis.wasRaw')).toBe(false);
  });

  it.each(['light', 'dark'] as const)('has nothing that axe objects to, in the %s theme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await soon(() => violationsOf(page)).toEqual([]);
  });
});
