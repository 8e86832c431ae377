import type { ServerRequest } from '../protocol/generated/ServerRequest';
import { agentQuestion, confinedQuestion } from './agent-question';

const WORKSPACE = '/data/sessions/default/chat/workspace';

/** Only the fields that matter; codex sends more. */
const request = (method: ServerRequest['method'], params: Record<string, unknown>): ServerRequest =>
  ({ id: 7, method, params: { threadId: 'thread', turnId: 'turn', itemId: 'item', ...params } }) as ServerRequest;

const question = (method: ServerRequest['method'], params: Record<string, unknown>) => {
  const found = agentQuestion(request(method, params), WORKSPACE);
  if (!found) throw new Error(`${method} is no question`);
  return found;
};

describe('agentQuestion', () => {
  it('offers for a command the decisions that codex offers, and to decline it and go on', () => {
    const amendment = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['ls'] } };
    const asked = question('item/commandExecution/requestApproval', {
      ...{ command: 'ls', cwd: `${WORKSPACE}/src`, reason: 'to look' },
      availableDecisions: ['accept', amendment, 'cancel'],
    });
    expect(asked).toMatchObject({
      ...{ kind: 'command', itemId: 'item', decisions: ['accept', amendment, 'decline', 'cancel'] },
      request: { command: 'ls', cwd: 'src', reason: 'to look' },
    });
    // The rule is the chat's: codex is told to run this command.
    expect(asked.responseTo(amendment)).toEqual({ decision: 'accept' });
  });

  it('asks about file changes', () => {
    const asked = question('item/fileChange/requestApproval', { reason: null });
    expect(asked).toMatchObject({
      kind: 'file_change',
      decisions: ['accept', 'acceptForSession', 'decline', 'cancel'],
    });
    expect(asked.responseTo('decline')).toEqual({ decision: 'decline' });
  });

  it('grants the permissions that were asked for, or none', () => {
    const network = { enabled: true };
    const asked = question('item/permissions/requestApproval', { permissions: { network, fileSystem: null } });
    expect(asked.responseTo('accept')).toEqual({ permissions: { network }, scope: 'turn' });
    expect(asked.responseTo('acceptForSession')).toEqual({ permissions: { network }, scope: 'session' });
    expect(asked.responseTo('decline')).toEqual({ permissions: {}, scope: 'turn' });
  });

  it('passes the answers to questions on by their ids', () => {
    const asked = question('item/tool/requestUserInput', { questions: [{ id: 'colour' }] });
    expect(asked.responseTo('answer', { colour: ['red'] })).toEqual({ answers: { colour: { answers: ['red'] } } });
    expect(asked.responseTo('cancel', { colour: ['red'] })).toEqual({ answers: {} });
    expect(asked.responseTo('answer')).toEqual({ answers: {} });
  });

  it('asks what a tool server asks', () => {
    const asked = question('mcpServer/elicitation/request', { serverName: 'mcp', mode: 'form', message: 'Which?' });
    expect(asked).toMatchObject({
      kind: 'elicitation',
      itemId: null,
      request: { server: 'mcp', message: 'Which?' },
    });
    expect(asked.responseTo('decline')).toEqual({ action: 'decline', content: null, _meta: null });
  });

  it('offers no rule where nothing may leave the sandbox, and asks for no way out', () => {
    const amendment = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['rm'] } };
    const command = question('item/commandExecution/requestApproval', {
      availableDecisions: ['accept', amendment, 'cancel'],
    });
    expect(confinedQuestion(command)?.decisions).toEqual(['accept', 'decline', 'cancel']);
    expect(confinedQuestion(question('item/fileChange/requestApproval', {}))).toBeUndefined();
    expect(confinedQuestion(question('item/permissions/requestApproval', { permissions: {} }))).toBeUndefined();
  });

  it('is nothing for requests that no person answers', () => {
    expect(agentQuestion(request('attestation/generate', {}), WORKSPACE)).toBeUndefined();
    expect(agentQuestion(request('item/tool/call', {}), WORKSPACE)).toBeUndefined();
  });
});
