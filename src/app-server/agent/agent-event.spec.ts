import type { ServerNotification } from '../protocol/generated/ServerNotification';
import { AgentEvent, agentEvent } from './agent-event';

const WORKSPACE = '/data/sessions/default/chat/workspace';

/** Only the fields that matter; codex sends more. */
const eventOf = (method: ServerNotification['method'], params: object): AgentEvent =>
  agentEvent({ method, params: { threadId: 'thread', turnId: 'turn', ...params } } as ServerNotification, WORKSPACE);

const COMMAND = {
  ...{ type: 'commandExecution', id: 'call', command: "/bin/bash -c 'ls -la'", cwd: `${WORKSPACE}/src` },
  ...{ status: 'inProgress', aggregatedOutput: null, exitCode: null, durationMs: null },
};

describe('agentEvent', () => {
  it('names the turn that a notification is about, and none where codex names none', () => {
    expect(eventOf('warning', { turnId: null, message: 'careful' })).toEqual({
      ...{ type: 'warning', turnId: null, message: 'careful' },
    });
    const ofThread = { method: 'turn/started', params: { threadId: 'thread', turn: { id: 'turn' } } };
    expect(agentEvent(ofThread as ServerNotification, WORKSPACE)).toEqual({ type: 'turnStarted', turnId: 'turn' });
  });

  it('gives messages and their deltas by the id of their item', () => {
    expect(eventOf('item/agentMessage/delta', { itemId: 'm', delta: 'Hel' })).toEqual({
      ...{ type: 'messageDelta', turnId: 'turn', itemId: 'm', delta: 'Hel' },
    });
    expect(eventOf('item/completed', { item: { type: 'agentMessage', id: 'm', text: 'Hello' } })).toEqual({
      ...{ type: 'itemCompleted', turnId: 'turn', item: { type: 'message', id: 'm', text: 'Hello' } },
    });
  });

  it('gives a command without the shell around it, and its folder as seen from the workspace', () => {
    expect(eventOf('item/started', { item: COMMAND })).toMatchObject({
      type: 'itemStarted',
      item: {
        ...{ type: 'action', id: 'call' },
        action: {
          kind: 'command',
          status: 'running',
          title: 'ls -la',
          data: { cwd: 'src', output: '', exitCode: null },
        },
      },
    });
  });

  it.each([
    ["bash -c 'echo '\\''hi'\\'''", "echo 'hi'"],
    ['/bin/zsh -lc "echo \\"hi\\""', 'echo "hi"'],
    ['/bin/bash -lc ls', 'ls'],
    [`/bin/bash -lc "echo 'it'\\"'\\"'s "'$HOME'"'; date"`, `echo 'it'"'"'s $HOME'; date`],
    ['/bin/bash -lc echo\\ hi', 'echo hi'],
    ["/bin/bash -lc 'a' 'b'", "/bin/bash -lc 'a' 'b'"],
    ['git status', 'git status'],
  ])('gives the command %s as %s, whatever quotes are nested in it', (command, title) => {
    const event = eventOf('item/started', { item: { ...COMMAND, command } });
    expect(event).toMatchObject({ item: { action: { title } } });
  });

  it('keeps the begin and the end of an endless output', () => {
    const aggregatedOutput = `start${'x'.repeat(1_048_576)}end`;
    const event = eventOf('item/completed', { item: { ...COMMAND, status: 'completed', aggregatedOutput } });
    const action = event.type === 'itemCompleted' && event.item.type === 'action' ? event.item.action : undefined;
    const output = String(action?.data.output);
    expect(output.length).toBeLessThan(300_000);
    expect(output).toMatch(/^start[\s\S]*characters left out[\s\S]*end$/);
  });

  it('gives file changes as seen from the workspace, while they are written and when they are done', () => {
    const changes = [
      { path: `${WORKSPACE}/src/a.ts`, kind: { type: 'update', move_path: `${WORKSPACE}/b.ts` }, diff: '@@' },
    ];
    const seen = [{ path: 'src/a.ts', kind: 'update', movePath: 'b.ts', diff: '@@' }];
    expect(eventOf('item/fileChange/patchUpdated', { itemId: 'patch', changes })).toMatchObject({
      ...{ type: 'fileChangeUpdated', itemId: 'patch', changes: seen },
    });
    const item = { type: 'fileChange', id: 'patch', changes, status: 'completed' };
    expect(eventOf('item/completed', { item })).toMatchObject({
      item: { action: { status: 'completed', title: 'update src/a.ts', data: { changes: seen } } },
    });
  });

  it('gives the parts of a reasoning apart, and the raw text of one without a summary', () => {
    expect(eventOf('item/reasoning/summaryPartAdded', { itemId: 's', summaryIndex: 0 }).type).toBe('other');
    expect(eventOf('item/reasoning/summaryPartAdded', { itemId: 's', summaryIndex: 1 })).toMatchObject({
      ...{ type: 'reasoningSummary', itemId: 's', delta: '\n\n' },
    });
    const reasoning = (summary: string[], content: string[]) =>
      eventOf('item/completed', { item: { type: 'reasoning', id: 's', summary, content } });
    expect(reasoning(['one', 'two'], ['raw'])).toMatchObject({ item: { type: 'reasoning', text: 'one\n\ntwo' } });
    expect(reasoning([], ['raw'])).toMatchObject({ item: { type: 'reasoning', text: 'raw' } });
  });

  it('gives the paths of a diff as seen from the workspace, also where codex names them from the root of the disk', () => {
    const from = WORKSPACE.slice(1);
    expect(eventOf('turn/diff/updated', { diff: `--- a/${from}/x\n+++ b/${from}/x\n+${from}/y` })).toMatchObject({
      ...{ type: 'diffUpdated', diff: `--- a/x\n+++ b/x\n+${from}/y` },
    });
  });

  it('gives errors under our codes, and the tokens of the last call', () => {
    const error = { message: 'too many', codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 503 } } };
    expect(eventOf('error', { error, willRetry: true })).toMatchObject({
      ...{ type: 'error', failure: { code: 'upstream_unavailable', message: 'too many' }, willRetry: true },
    });
    const last = { inputTokens: 7, totalTokens: 10 };
    expect(eventOf('thread/tokenUsage/updated', { tokenUsage: { last, modelContextWindow: 9 } })).toMatchObject({
      ...{ type: 'usageUpdated', usage: last, contextWindow: 9 },
    });
  });

  it('gives the record of a turn that has ended, with the messages that codex was sent', () => {
    const items = [
      { type: 'userMessage', clientId: 'm1', content: [{ type: 'text', text: 'hello', text_elements: [] }] },
      { type: 'userMessage', clientId: null, content: [] },
      { type: 'plan', text: 'What to do' },
      { type: 'agentMessage', text: 'Hi' },
    ];
    const turn = { id: 'turn', status: 'completed', error: null, items, itemsView: 'full' };
    const record = { id: 'turn', status: 'completed', failure: null };
    const userMessages = [{ id: 'm1', content: [{ type: 'text', text: 'hello' }] }];
    expect(eventOf('turn/completed', { turn })).toEqual({
      ...{ type: 'turnEnded', turnId: 'turn', turn: { ...record, userMessages, texts: ['Hi'], plans: ['What to do'] } },
    });
    const bare = { ...turn, items: [], itemsView: 'notLoaded' };
    expect(eventOf('turn/completed', { turn: bare })).toMatchObject({ turn: { ...record, texts: null } });
  });

  it('takes a plan for a message that is marked as one', () => {
    const item = { type: 'plan', id: 'p', text: 'What to do' };
    expect(eventOf('item/completed', { item })).toMatchObject({
      item: { id: 'p', type: 'message', text: 'What to do', isPlan: true },
    });
    expect(eventOf('item/plan/delta', { itemId: 'p', delta: 'What' })).toMatchObject({
      ...{ type: 'messageDelta', itemId: 'p', delta: 'What' },
    });
  });

  it('is a sign of life for what means nothing to a chat', () => {
    expect(eventOf('thread/status/changed', { turnId: null, status: { type: 'idle' } }).type).toBe('other');
    expect(eventOf('item/started', { item: { type: 'userMessage', id: 'u', content: [] } })).toMatchObject({
      item: { type: 'other' },
    });
  });
});
