import { approvalDto, turnDto } from '../../../test/support/chat-events';
import { requestErrorOf } from './acp-faults';
import { stopReasonOf } from './acp-agent';
import { answerIn, permissionQuestion } from './permission-request';
import { contentOf } from './prompt-content';
import { modesOf } from './session-modes';
import { commandIn } from './slash-commands';

describe('a prompt', () => {
  it('is a message: texts around links in one part, resources told from what is said', () => {
    const link = { type: 'resource_link' as const, uri: 'file:///src/a.ts', name: 'a.ts' };
    const resource = { type: 'resource' as const, resource: { uri: 'file:///b.txt', text: 'content' } };
    expect(contentOf([{ type: 'text', text: 'Look at ' }, link, { type: 'text', text: ', please' }, resource])).toEqual(
      [
        {
          type: 'text',
          text: 'Look at [a.ts](file:///src/a.ts), please\n<context uri="file:///b.txt">\ncontent\n</context>',
        },
      ],
    );
  });

  it('has pictures, and files by their content', () => {
    const blob = (uri: string, mimeType?: string) => ({
      type: 'resource' as const,
      resource: { uri, blob: 'QQ==', mimeType },
    });
    expect(
      contentOf([
        { type: 'image', mimeType: 'image/png', data: 'QQ==' },
        ...[blob('file:///x%20y.pdf?z', 'application/pdf'), blob('file:///p', 'image/gif'), blob('%')],
      ]),
    ).toEqual([
      { type: 'image', url: 'data:image/png;base64,QQ==' },
      { type: 'file', fileName: 'x y.pdf', data: 'data:application/pdf;base64,QQ==' },
      { type: 'image', url: 'data:image/gif;base64,QQ==' },
      { type: 'file', fileName: '%', data: 'data:application/octet-stream;base64,QQ==' },
    ]);
    expect(() => contentOf([{ type: 'audio', mimeType: 'audio/wav', data: '' }])).toThrow('"audio"');
  });

  it('may be a command, and nothing that only begins like one', () => {
    expect(commandIn(' /compact ')).toEqual({ name: 'compact' });
    expect(commandIn('/review the\nlast commit')).toEqual({ name: 'review', instructions: 'the\nlast commit' });
    expect(['/compact now', '/reviews', 'x /review', '/etc/passwd'].map(commandIn)).toEqual(Array(4).fill(undefined));
  });

  it('ends as its turn does', () => {
    const full = turnDto('failed', { code: 'context_length_exceeded', message: 'Full.' });
    expect([turnDto('completed'), turnDto('interrupted'), full].map(stopReasonOf)).toEqual([
      ...['end_turn', 'cancelled', 'max_tokens'],
    ]);
    expect(() => stopReasonOf(turnDto('failed', { code: 'instance_lost', message: 'Gone.' }))).toThrow('Gone.');
  });
});

describe('a question of the agent', () => {
  const choose = (optionId: string) => ({ outcome: 'selected' as const, optionId });

  it('offers its decisions, by how long they hold', () => {
    const rule = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['ls'] } };
    const approval = approvalDto({ decisions: ['accept', rule, 'decline', 'cancel'], request: { command: 'ls' } });
    expect(permissionQuestion(approval)).toMatchObject({
      toolCall: { toolCallId: 'action', kind: 'execute', status: 'pending' },
      options: [
        { optionId: 'accept', kind: 'allow_once' },
        { optionId: 'acceptWithExecpolicyAmendment', kind: 'allow_always' },
        { optionId: 'decline', kind: 'reject_once' },
        { optionId: 'cancel', kind: 'reject_once' },
      ],
    });
    expect(answerIn(approval, choose('decline'))).toEqual({ decision: 'decline' });
    expect(answerIn(approval, { outcome: 'cancelled' })).toBeUndefined();
  });

  it('with choices is answered by one of them; one for words of one’s own is asked elsewhere', () => {
    const options = [
      { label: 'red', description: '' },
      { label: 'blue', description: '' },
    ];
    const question = { id: 'q', header: '', question: 'Which?', isOther: false, isSecret: false, options };
    const asked = (questions: object[]) =>
      approvalDto({ kind: 'user_input', decisions: ['answer', 'cancel'], request: { questions } });
    const approval = asked([question]);
    expect(
      permissionQuestion(approval)
        ?.options.map(({ name }) => name)
        .slice(0, 2),
    ).toEqual(['red', 'blue']);
    expect(answerIn(approval, choose('option-1'))).toEqual({ decision: 'answer', answers: { q: ['blue'] } });
    expect(answerIn(approval, choose('option-7'))).toBeUndefined();
    expect(permissionQuestion(asked([{ ...question, options: null }]))).toBeUndefined();
    expect(permissionQuestion(asked([question, question]))).toBeUndefined();
  });
});

describe('a session', () => {
  it('offers no mode without a sandbox but where it has it', () => {
    const ids = (mode: 'workspace-write' | 'danger-full-access') =>
      modesOf({ sandboxMode: mode }, false).availableModes.map(({ id }) => id);
    expect(ids('workspace-write')).toEqual(['read-only', 'workspace-write', 'plan']);
    expect(ids('danger-full-access')).toContain('danger-full-access');
    expect(modesOf({ sandboxMode: 'read-only' }, true).currentModeId).toBe('plan');
  });

  it('says what is refused by the codes of the protocol, with its own beside them', () => {
    const codes = [401, 404, 400, 409, 503].map((status) => requestErrorOf({ status, code: 'x', detail: 'y' }).code);
    expect(codes).toEqual([-32000, -32002, -32602, -32602, -32603]);
    expect(requestErrorOf({ status: 400, code: 'x', detail: 'y' })).toMatchObject({
      message: 'y',
      data: { code: 'x' },
    });
  });
});
