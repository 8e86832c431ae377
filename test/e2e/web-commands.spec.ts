import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { textOf } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { callsReply, textReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';
import { wordedReply } from '../support/worded-model';
import { soon } from '../support/soon';

describeInBrowser('the composer of the web client', () => {
  let browser: Browser;
  let model: ScriptedModel;
  let service: RelayService;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    model = await startScriptedModel((request) => {
      const { lastUserText, answersTool } = request;
      if (lastUserText === 'a trip') return textReply('<proposed_plan>\n# Pack first\n</proposed_plan>');
      if (lastUserText === 'serve') {
        const call = { name: 'exec_command', arguments: { cmd: 'echo up; sleep 300', yield_time_ms: 300 } };
        return answersTool ? textReply('It serves.') : callsReply([call]);
      }
      return wordedReply(request);
    });
    service = await RelayService.start({ modelUrl: model.url });
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    ({ page, faults } = await openPage(browser, service.url));
  });
  afterEach(async () => {
    await page?.close();
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await model?.stop();
    await service?.dispose();
  });

  const conversation = (): Locator => page.getByRole('log', { name: 'Conversation' });
  const field = (): Locator => page.getByRole('textbox', { name: 'Message' });
  const suggestions = (): Locator => page.getByRole('listbox', { name: 'Suggestions' });

  async function openChat(): Promise<string> {
    const { id } = await service.client.createChat();
    await service.client.ask(id, 'my name is Ada');
    await page.goto(`/#/chats/${id}`);
    await conversation().getByText('You said: my name is Ada').waitFor();
    return id;
  }

  it('offers commands at a slash, completes one by the keyboard, and has the chat summed up', async () => {
    const id = await openChat();
    await field().pressSequentially('/co');
    await suggestions().getByRole('option', { name: '/compact' }).waitFor();
    await field().press('Enter');
    await soon(() => field().inputValue()).toBe('/compact ');
    await soon(() => suggestions().count()).toBe(0);
    await field().press('Enter');
    await conversation().getByText('As asked for: what was said so far was summed up.').waitFor();
    expect((await service.client.turns(id)).map(({ kind }) => kind)).toEqual(['message', 'compaction']);
    await soon(() => field().inputValue()).toBe('');
  });

  it('has a plan made, shows it, and has it carried out at the press of a button', async () => {
    const id = await openChat();
    await field().fill('/plan a trip');
    await field().press('Enter');
    const plan = page.getByRole('region', { name: 'Proposed plan' });
    await plan.getByText('Pack first').waitFor();
    await plan.getByRole('button', { name: 'Do it' }).click();
    await conversation().getByText('You said: Carry out the plan.').waitFor();
    expect((await service.client.turns(id)).map(({ mode }) => mode)).toEqual(['default', 'plan', 'default']);
    await soon(() => plan.getByRole('button', { name: 'Do it' }).count()).toBe(0);
    await page.reload();
    await plan.getByText('Pack first').waitFor();
  });

  it('finds files of the workspace at an @, and writes the one that is chosen as a path', async () => {
    const id = await openChat();
    for (const path of ['notes one.md', 'notes two.md']) {
      const query = `path=${encodeURIComponent(path)}`;
      const written = await fetch(`${service.url}/api/v1/chats/${id}/workspace/file?${query}`, {
        ...{ method: 'PUT', body: 'x', headers: { 'content-type': 'application/octet-stream' } },
      });
      expect(written.ok).toBe(true);
    }
    await field().pressSequentially('read @notes');
    await suggestions().getByRole('option', { name: 'notes two.md' }).waitFor();
    await field().press('Escape');
    await soon(() => suggestions().count()).toBe(0);
    await field().pressSequentially(' ');
    await field().press('Backspace');
    await field().press('Backspace');
    await suggestions().getByRole('option', { name: 'notes two.md' }).waitFor();
    const second = (await suggestions().getByRole('option').nth(1).textContent()) ?? '';
    await field().press('ArrowDown');
    await field().press('Tab');
    await soon(() => field().inputValue()).toBe(`read \`${second}\` `);
    await field().pressSequentially('please');
    await field().press('Enter');
    await eventually('the message is there', async () =>
      (await service.client.messages(id)).map(textOf).includes(`read \`${second}\` please`),
    );
  });

  it('lists what the agent has left running, and ends it', async () => {
    const id = await openChat();
    await field().fill('serve');
    await field().press('Enter');
    const running = page.getByRole('region', { name: 'Commands that run on' });
    await running.getByText('echo up; sleep 300').waitFor();
    await running.getByRole('button', { name: 'End echo up; sleep 300' }).click();
    await running.waitFor({ state: 'detached' });
    const { body } = await service.client.request<{ items: unknown[] }>('GET', `/api/v1/chats/${id}/terminals`);
    expect(body.items).toEqual([]);
  });

  it('shows another title of the chat at once', async () => {
    const id = await openChat();
    await service.client.request('PUT', `/api/v1/chats/${id}`, { title: 'By another name' });
    await page.getByRole('heading', { name: 'By another name' }).waitFor();
  });
});
