import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { RelayClient, textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { callsReply, textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';
import { startWordedModel, words } from '../support/worded-model';
import { soon } from '../support/soon';

const PHONE = { width: 360, height: 740 };
const STREAM = 'say 600 words every 20 ms';

describeInBrowser('the web client', () => {
  let browser: Browser;
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url });
    client = service.client;
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    ({ page, faults } = await openPage(browser, service.url, undefined, 'block'));
  });
  afterEach(() => page?.close());
  afterAll(async () => {
    await browser?.close();
    await model?.stop();
    await service?.dispose();
  });

  const conversation = (): Locator => page.getByRole('log', { name: 'Conversation' });
  const stopButton = (): Locator => page.getByRole('button', { name: 'Stop the turn' });

  async function write(text: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Message' }).fill(text);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  /** A chat of the demo model, open in the page. */
  async function openDemoChat(): Promise<string> {
    const { id } = await client.createChat({ backend: 'demo' });
    await page.goto(`/#/chats/${id}`);
    return id;
  }

  const chatId = (): string => /chats\/([\w-]+)/.exec(page.url())?.[1] ?? '';

  it('makes a chat of the first message, streams the answer, and lists the chat', async () => {
    await page.goto('/');
    await write(STREAM);
    await conversation().getByText('word5 ').waitFor();
    await stopButton().waitFor();
    expect(await conversation().textContent()).not.toContain('word599');
    await conversation().getByText('word599').waitFor();
    await stopButton().waitFor({ state: 'detached' });
    await page.getByRole('navigation', { name: 'Chats' }).getByText(STREAM).waitFor();
    expect((await client.messages(chatId())).map(textOf)).toEqual([STREAM, words(600)]);
    expect(faults).toEqual([]);
  });

  it('loses nothing when it is reloaded in the middle of an answer', async () => {
    await page.goto('/');
    await write(STREAM);
    await conversation().getByText('word20 ').waitFor();
    await page.reload();
    await conversation().getByText('word20 ').waitFor();
    await conversation().getByText(STREAM).waitFor();
    await stopButton().waitFor();
    await conversation().getByText('word599').waitFor();
    const shown = (await conversation().textContent()) ?? '';
    expect(shown).toContain(words(600).trim());
    expect(shown.split(STREAM)).toHaveLength(2);
    expect(shown.split('word20 ')).toHaveLength(2);
    expect(await client.turns(chatId())).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  it('comes back by itself when the service was killed in the middle of an answer', async () => {
    await page.goto('/');
    await write('say 2000 words every 10 ms');
    await conversation().getByText('word20 ').waitFor();
    const { port } = new URL(service.url);
    await service.kill();
    await page.getByText('Reconnecting…').waitFor();
    await service.restart({ PORT: port });
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
    await stopButton().waitFor({ state: 'detached' });
    await soon(() => conversation().textContent()).toContain('word20 ');
    await write('are you there');
    await conversation().getByText('You said: are you there').waitFor();
  });

  it('stops a turn at the press of a button, and keeps the text', async () => {
    await page.goto('/');
    await write('say 1000 words every 10 ms');
    await conversation().getByText('word10 ').waitFor();
    await stopButton().click();
    await stopButton().waitFor({ state: 'detached' });
    await soon(() => conversation().textContent()).toContain('word10 ');
    expect((await client.turns(chatId())).map(({ status }) => status)).toEqual(['interrupted']);
    await write('go on');
    await conversation().getByText('You said: go on').waitFor();
  });

  it('shows a command with its output and exit code', async () => {
    await openDemoChat();
    await write('run: echo "printed by the command"; exit 3');
    const block = conversation().getByRole('group').filter({ hasText: 'exit 3' });
    const output = block.getByLabel('Output').filter({ hasText: /^printed by the command$/ });
    await output.waitFor();
    await page.reload();
    await output.waitFor();
    expect(faults).toEqual([]);
  });

  it('shows a plan, a file change and a failure', async () => {
    await openDemoChat();
    await write('plan: a trip to Mars');
    await conversation().getByRole('region', { name: 'Plan' }).getByText('Check the result').first().waitFor();
    await write('write: notes.txt a new line');
    await conversation().getByText('a new line').first().waitFor();
    await write('fail: out of coffee');
    await conversation().getByRole('alert').filter({ hasText: 'out of coffee' }).first().waitFor();
  });

  it('asks for an approval, with the decisions that are offered', async () => {
    const id = await openDemoChat();
    const file = join(service.dataRoot, 'approved-in-the-browser');
    await write(`approve: touch ${file}`);
    const question = page.getByRole('region', { name: 'Run this command?' });
    await question.getByText(`touch ${file}`).first().waitFor();
    const [approval] = await client.approvals(id);
    await soon(() => question.getByRole('button').count()).toBe(approval?.decisions.length);
    expect(existsSync(file)).toBe(false);
    await page.reload();
    await question.getByRole('button').first().click();
    await question.getByText(/Answered/).waitFor();
    await conversation()
      .getByText(/ended with exit code/)
      .waitFor();
    expect(existsSync(file)).toBe(true);
  });

  it('shows the same to two pages of one chat', async () => {
    const other = await openPage(browser, service.url);
    await openDemoChat();
    await other.page.goto(page.url());
    await write('hello');
    const answer = /I am the demo model of codex-relay/;
    await conversation().getByText(answer).waitFor();
    const theirs = other.page.getByRole('log', { name: 'Conversation' });
    await theirs.getByText(answer).waitFor();
    await stopButton().waitFor({ state: 'detached' });
    await soon(() => theirs.getByRole('table').count()).toBe(1);
    await other.page.close();
  });

  it('shows HTML of the model as text', async () => {
    model.play({
      text: ['<img src=x onerror="document.title=\'hacked\'"> and <script>document.title="hacked"</script>'],
    });
    await page.goto('/');
    await write('be evil');
    await conversation().getByText('and', { exact: false }).last().waitFor();
    await stopButton().waitFor({ state: 'detached' });
    expect(await page.title()).not.toBe('hacked');
    await soon(() => conversation().locator('img[src="x"], script').count()).toBe(0);
  });

  it('lives through Markdown that would use up the stack or the time, and shows it as it is', async () => {
    const hostile = [
      { text: [`${'>'.repeat(3_544)} deep-quotes`] },
      { text: ['a harmless answer'], reasoning: [`${'- '.repeat(2_550)}deep-lists`] },
      { text: [`${'*a _b '.repeat(2_000)}deep-emphasis`] },
      { text: [`${'*'.repeat(20_000)}many-stars`] },
      { text: [`${'|a'.repeat(2_000)}\n${'|-'.repeat(2_000)}\n${'|b\n'.repeat(2_000)}huge-table`] },
      { text: [`long-line ${'x'.repeat(300_000)}`] },
      { text: [`\`\`\`js\n${'x = [1];\n'.repeat(20_000)}huge-code\n\`\`\`\n`] },
      { text: ['**All** is well.'] },
    ];
    const { id } = await client.createChat();
    await page.goto(`/#/chats/${id}`);
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    for (const [index, reply] of hostile.entries()) {
      model.play(reply);
      await client.ask(id, `question ${index}`);
    }
    const isWhole = async (): Promise<void> => {
      await conversation().getByText('All', { exact: true }).waitFor();
      // As on paper: otherwise only what is near is drawn, and what is long is folded.
      await page.evaluate(`window.dispatchEvent(new Event('beforeprint'))`);
      const more = conversation().getByRole('button', { name: /^Show all \(/ });
      while ((await more.count()) > 0) await more.first().click();
      const shown = (await conversation().textContent()) ?? '';
      const marks = [
        'deep-quotes',
        'deep-lists',
        'deep-emphasis',
        'many-stars',
        'huge-table',
        'long-line',
        'huge-code',
      ];
      expect(marks.filter((mark) => !shown.includes(mark))).toEqual([]);
      expect(hostile.filter((_, index) => !shown.includes(`question ${index}`))).toEqual([]);
      await soon(() => page.getByText('This page has stopped working').count()).toBe(0);
      await page.evaluate(`window.dispatchEvent(new Event('afterprint'))`);
      await page.getByRole('textbox', { name: 'Message' }).fill('still there');
    };
    await isWhole();
    await page.reload();
    await isWhole();
    expect(faults).toEqual([]);
  });

  it('shows the words of a message that it cannot render, and every other message as ever', async () => {
    const { id } = await client.createChat({ backend: 'demo' });
    await client.ask(id, 'plan: a trip to Mars');
    await client.ask(id, 'hello');
    await page.route(/\/state(?:\?|$)/, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replaceAll('"plan":[', '"plan":null,"none":[');
      await route.fulfill({ response, body });
    });
    await page.goto(`/#/chats/${id}`);
    await conversation().getByRole('alert').getByText('This message could not be shown in full.').waitFor();
    await conversation().getByRole('table').waitFor();
    await page.route('**/MarkdownView*', (route) => route.abort());
    await page.reload();
    await conversation()
      .getByText(/\*\*.*\*\*/)
      .first()
      .waitFor();
    await soon(() => conversation().getByRole('table').count()).toBe(0);
    await soon(() => page.getByText('This page has stopped working').count()).toBe(0);
  });

  it('lets a person allow what is asked only when its end was in view, with nothing hidden in it', async () => {
    const script = [...Array.from({ length: 60 }, (_, line) => `echo ${line}`), 'echo \u202elast'].join('\n');
    const ask = { sandbox_permissions: 'require_escalated', justification: 'May I?' };
    const outside = join(service.dataRoot, 'outside.txt');
    const patch = `*** Begin Patch\n*** Add File: ${outside}\n+first\n+@@ -1 +1 @@\n*** End Patch`;
    const rounds = [
      { name: 'exec_command', arguments: { cmd: script, ...ask } },
      { name: 'apply_patch', arguments: { input: patch } },
    ];
    model.play(({ index }) => {
      const call = rounds[index];
      return call === undefined ? textReply('done') : callsReply([call]);
    });
    await page.goto('/');
    await write('go');
    const question = page.getByRole('region', { name: 'Run this command?' });
    const allow = (region: Locator, disabled: boolean) =>
      region.getByRole('button', { name: 'Allow', exact: true, disabled });
    await allow(question, true).waitFor();
    await soon(() => question.getByRole('button', { name: 'Decline and stop' }).isEnabled()).toBe(true);
    await soon(() => question.locator('mark', { hasText: '⟨U+202E⟩' }).count()).toBe(1);
    await question.getByText('1 that cannot be seen').waitFor();
    await question.getByText('echo 0').first().hover();
    await page.mouse.wheel(0, 10_000);
    await allow(question, false).click();

    const changes = page.getByRole('region', { name: 'Make these changes?' });
    await changes.getByText('outside of the workspace').waitFor();
    await soon(() => changes.locator('pre').textContent()).toBe('first\n@@ -1 +1 @@\n');
    expect(existsSync(outside)).toBe(false);
    await allow(changes, false).click();
    await conversation().getByText('done').waitFor();
    expect(readFileSync(outside, 'utf8')).toBe('first\n@@ -1 +1 @@\n');
    expect(faults).toEqual([]);
  });

  it('fits a phone: nothing scrolls sideways, the list of chats opens and closes', async () => {
    const { page: phone } = await openPage(browser, service.url, PHONE);
    const { id } = await client.createChat({ backend: 'demo', title: 'A rather long title '.repeat(8).trim() });
    await client.ask(id, `run: echo ${'wide'.repeat(100)}`);
    await client.ask(id, 'hello');
    await phone.goto(`/#/chats/${id}`);
    await phone.getByText(/I am the demo model/).waitFor();
    const overflow = (): Promise<number> =>
      phone.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    await soon(() => overflow()).toBe(0);
    await phone.getByRole('button', { name: 'Open the list of chats' }).click();
    await phone.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name: 'New chat' }).click();
    await phone.getByRole('heading', { name: 'What should the agent do?' }).waitFor();
    await soon(() => overflow()).toBe(0);
    await phone.close();
  });

  it('says what is wrong with a chat that is not there', async () => {
    await page.goto('/#/chats/01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a');
    await page.getByRole('alert').getByText('This chat cannot be shown').waitFor();
    await page.getByRole('alert').getByRole('link', { name: 'New chat' }).click();
    await page.getByRole('heading', { name: 'What should the agent do?' }).waitFor();
  });
});
