import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PIXEL } from '../support/pixel';
import type { MessageInput } from '../support/relay-client';
import type { SseClient } from '../support/sse-client';
import { wordedSuite } from '../support/worded-suite';

const CUT = 'say 500 words every 10 ms';

describe('the model is told what a chat has seen', () => {
  const suite = wordedSuite();

  /** A chat whose answer is being written. */
  async function startAnswer(...before: (string | MessageInput)[]): Promise<SseClient> {
    const { id } = await suite.client.createChat();
    for (const content of before) await suite.client.ask(id, content);
    const record = await suite.client.follow(id);
    await suite.client.send(id, CUT);
    await record.until('text of the answer', () => record.publishedText.includes('word30 '));
    return record;
  }

  const chatOf = (record: SseClient): string => record.events[0]?.chatId ?? '';

  /** What the model gets with the next message of a chat: role and text, one line each. */
  async function nextRequest(record: SseClient): Promise<string[]> {
    const chatId = chatOf(record);
    const question = `what now in ${chatId}`;
    expect((await suite.client.ask(chatId, question)).turn.status).toBe('completed');
    const request = suite.model.requests.findLast(({ lastUserText }) => lastUserText === question);
    return (request?.messages ?? []).flatMap(({ role, content }) =>
      piecesOf(content).map((piece) => `${String(role)} ${JSON.stringify(piece)}`),
    );
  }

  function expectOnce(lines: readonly string[], role: string, text: string): void {
    const said = lines.filter((line) => line.startsWith(role) && line.includes(text));
    expect({ role, text, times: said.length }).toEqual({ role, text, times: 1 });
  }

  function expectOrder(lines: readonly string[], ...texts: string[]): void {
    const places = texts.map((text) => lines.findIndex((line) => line.includes(text)));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  }

  it('after the user has stopped an answer: the message and the shown text, once', async () => {
    const record = await startAnswer('my name is Ada');
    await suite.client.interrupt(chatOf(record));
    await record.first('turn.completed', ({ data }) => data.status === 'interrupted');
    const lines = await nextRequest(record);
    expectOnce(lines, 'user', 'my name is Ada');
    expectOnce(lines, 'assistant', 'You said: my name is Ada');
    expectOnce(lines, 'user', CUT);
    expectOnce(lines, 'assistant', 'word0 word1 ');
    expectOrder(lines, 'You said: my name is Ada', CUT, 'word0 word1 ', 'what now');
    await record.close();
  });

  it('after the user has added to an answer that was being given: what was shown of it, and all once', async () => {
    const record = await startAnswer();
    const { turnId } = await suite.client.steer(chatOf(record), 'now turn left');
    expect((await record.turnEnd(turnId)).data.status).toBe('completed');
    const lines = await nextRequest(record);
    for (const text of [CUT, 'now turn left']) expectOnce(lines, 'user', text);
    for (const text of ['word0 word1 ', 'You said: now turn left']) expectOnce(lines, 'assistant', text);
    await record.close();
  });

  it('after the user has added to a turn and then stopped it: all once', async () => {
    const record = await startAnswer();
    const chatId = chatOf(record);
    const { turnId } = await suite.client.steer(chatId, `${CUT}, now`);
    await record.until('text of the second answer', () => record.publishedText.split('word30 ').length > 2);
    await suite.client.interrupt(chatId);
    expect((await record.turnEnd(turnId)).data.status).toBe('interrupted');
    const lines = await nextRequest(record);
    expectOnce(lines, 'user', `${CUT}"`);
    expectOnce(lines, 'user', `${CUT}, now`);
    expect(lines.join().split('word30 ')).toHaveLength(3);
    await record.close();
  });

  it('after its app-server was killed in the middle of an answer', async () => {
    const record = await startAnswer('my name is Ada');
    process.kill((await suite.service.busyInstance()).pid, 'SIGKILL');
    await record.first('turn.completed', ({ data }) => data.status === 'failed');
    const lines = await nextRequest(record);
    for (const text of ['my name is Ada', CUT]) expectOnce(lines, 'user', text);
    for (const text of ['You said: my name is Ada', 'word0 word1 ']) expectOnce(lines, 'assistant', text);
    expectOrder(lines, 'You said: my name is Ada', CUT, 'word0 word1 ', 'what now');
    await record.close();
  });

  it('after its app-server was killed in the middle of the first answer of the chat', async () => {
    const record = await startAnswer();
    process.kill((await suite.service.busyInstance()).pid, 'SIGKILL');
    await record.first('turn.completed', ({ data }) => data.status === 'failed');
    const lines = await nextRequest(record);
    expectOnce(lines, 'user', CUT);
    expectOnce(lines, 'assistant', 'word0 word1 ');
    await record.close();
  });

  it('after the service was killed in the middle of answers, and once only for good', async () => {
    const [first, later] = [await startAnswer(), await startAnswer('my name is Ada')];
    await suite.service.kill();
    await Promise.all([first.ended, later.ended]);
    await suite.service.restart();
    for (const record of [first, later]) {
      const lines = await nextRequest(record);
      expectOnce(lines, 'user', CUT);
      expectOnce(lines, 'assistant', 'word0 word1 ');
      expectOrder(lines, CUT, 'word0 word1 ', 'what now');
      const again = await nextRequest(record);
      expectOnce(again, 'user', CUT);
      expectOnce(again, 'assistant', 'word0 word1 ');
    }
    expectOnce(await nextRequest(later), 'user', 'my name is Ada');
  });

  it('when codex has lost a message that it had acknowledged', async () => {
    const record = await startAnswer('my name is Ada');
    await loseFrom(record, CUT);
    const lines = await nextRequest(record);
    for (const text of ['my name is Ada', CUT]) expectOnce(lines, 'user', text);
    for (const text of ['You said: my name is Ada', 'word0 word1 ']) expectOnce(lines, 'assistant', text);
    expectOrder(lines, 'You said: my name is Ada', CUT, 'word0 word1 ', 'what now');
  });

  it('when codex could not write the last turns down that it had completed, which its death has lost', async () => {
    const { id } = await suite.client.createChat();
    const said = ['my name is Ada', 'I live in Rome', 'and I like it'];
    const record = await suite.client.follow(id);
    for (const content of said) await suite.client.ask(id, content);
    await loseFrom(record, 'I live in Rome');
    const lines = await nextRequest(record);
    for (const text of said) expectOnce(lines, 'user', text);
    for (const text of said) expectOnce(lines, 'assistant', `You said: ${text}`);
    expectOrder(lines, ...said, 'what now');
    expectOnce(await nextRequest(record), 'user', 'I live in Rome');
  });

  it('when codex has nothing of the thread at all, its images too', async () => {
    const record = await startAnswer({ content: [{ type: 'image', url: PIXEL }] }, 'my name is Ada');
    await loseFrom(record, null);
    const lines = await nextRequest(record);
    expectOnce(lines, 'user', PIXEL);
    for (const text of ['my name is Ada', CUT]) expectOnce(lines, 'user', text);
    for (const text of ['You said: my name is Ada', 'word0 word1 ']) expectOnce(lines, 'assistant', text);
  });

  /** Kills the service and takes from codex's file of the thread all from `text` on, or the file. */
  async function loseFrom(record: SseClient, text: string | null): Promise<void> {
    const { threadId } = await suite.client.chat(chatOf(record));
    await suite.service.kill();
    await record.ended;
    const home = join(suite.service.dataRoot, 'codex_home');
    // Made from the files of the threads; codex makes it again.
    for (const name of readdirSync(home)) if (name.startsWith('thread_history')) rmSync(join(home, name));
    const sessions = join(home, 'sessions');
    const name = readdirSync(sessions, { recursive: true }).find((path) => String(path).includes(`${threadId}.jsonl`));
    const file = join(sessions, String(name));
    const lines = readFileSync(file, 'utf8').split('\n');
    const end = lines.findIndex((line) => line.includes(text ?? ''));
    expect(end).toBeGreaterThanOrEqual(0);
    if (text === null) rmSync(file);
    else writeFileSync(file, lines.slice(0, end).join('\n') + '\n');
    await suite.service.restart();
  }
});

/** What was said in one message, which may be several that the gateway has joined. */
const piecesOf = (content: unknown): unknown[] =>
  typeof content === 'string' ? content.split('\n\n') : Array.isArray(content) ? (content as unknown[]) : [content];
