import type { ServerRequest } from '../../app-server/protocol/generated/ServerRequest';
import { questionOf, questionWithin } from './question';

const WORKSPACE = '/data/sessions/default/chat/workspace';

/** Only the fields that matter; codex sends more. */
const request = (method: ServerRequest['method'], params: Record<string, unknown>): ServerRequest =>
  ({ id: 7, method, params: { threadId: 'thread', turnId: 'turn', itemId: 'item', ...params } }) as ServerRequest;

const question = (method: ServerRequest['method'], params: Record<string, unknown>) => {
  const found = questionOf(request(method, params), WORKSPACE);
  if (!found) throw new Error(`${method} is no question`);
  return found;
};

describe('questionOf', () => {
  it('offers for a command exactly the decisions that codex offers', () => {
    const amendment = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['ls'] } };
    const asked = question('item/commandExecution/requestApproval', {
      ...{ command: 'ls', cwd: `${WORKSPACE}/src`, reason: 'to look' },
      availableDecisions: ['accept', amendment, 'cancel'],
    });
    expect(asked).toMatchObject({
      ...{ kind: 'command', codexItemId: 'item', decisions: ['accept', amendment, 'cancel'] },
      request: { command: 'ls', cwd: 'src', reason: 'to look' },
    });
    expect(asked.answer(amendment)).toEqual({ decision: amendment });
  });

  it('asks about file changes', () => {
    const asked = question('item/fileChange/requestApproval', { reason: null });
    expect(asked).toMatchObject({
      kind: 'file_change',
      decisions: ['accept', 'acceptForSession', 'decline', 'cancel'],
    });
    expect(asked.answer('decline')).toEqual({ decision: 'decline' });
  });

  it('grants the permissions that were asked for, or none', () => {
    const network = { enabled: true };
    const asked = question('item/permissions/requestApproval', { permissions: { network, fileSystem: null } });
    expect(asked.answer('accept')).toEqual({ permissions: { network }, scope: 'turn' });
    expect(asked.answer('acceptForSession')).toEqual({ permissions: { network }, scope: 'session' });
    expect(asked.answer('decline')).toEqual({ permissions: {}, scope: 'turn' });
  });

  it('passes the answers to questions on by their ids', () => {
    const asked = question('item/tool/requestUserInput', { questions: [{ id: 'colour' }] });
    expect(asked.answer('answer', { colour: ['red'] })).toEqual({ answers: { colour: { answers: ['red'] } } });
    expect(asked.answer('cancel', { colour: ['red'] })).toEqual({ answers: {} });
    expect(asked.answer('answer')).toEqual({ answers: {} });
  });

  it('asks what a tool server asks', () => {
    const asked = question('mcpServer/elicitation/request', { serverName: 'mcp', mode: 'form', message: 'Which?' });
    expect(asked).toMatchObject({
      kind: 'elicitation',
      codexItemId: null,
      request: { server: 'mcp', message: 'Which?' },
    });
    expect(asked.answer('decline')).toEqual({ action: 'decline', content: null, _meta: null });
  });

  it('offers no rule where nothing may leave the sandbox, and asks for no way out', () => {
    const amendment = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['rm'] } };
    const command = question('item/commandExecution/requestApproval', {
      availableDecisions: ['accept', amendment, 'cancel'],
    });
    expect(questionWithin(command)?.decisions).toEqual(['accept', 'cancel']);
    expect(questionWithin(question('item/fileChange/requestApproval', {}))).toBeUndefined();
    expect(questionWithin(question('item/permissions/requestApproval', { permissions: {} }))).toBeUndefined();
  });

  it('is nothing for requests that no person answers', () => {
    expect(questionOf(request('attestation/generate', {}), WORKSPACE)).toBeUndefined();
    expect(questionOf(request('item/tool/call', {}), WORKSPACE)).toBeUndefined();
  });
});
