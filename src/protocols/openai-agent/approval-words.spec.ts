import type { ApprovalDto } from '../../chat/dto/approval.dto';
import { toApprovalDto } from '../../chat/dto/approval.dto';
import type { ApprovalKind, Decision } from '../../chat/entities/approval.entity';
import { answerInWords, approvalText } from './approval-words';

const asked = (kind: ApprovalKind, decisions: Decision[], request: Record<string, unknown> = {}): ApprovalDto =>
  toApprovalDto({
    ...{ id: 'a', userId: 'u', chatId: 'c', turnId: 't', itemId: null, kind, request, decisions, status: 'pending' },
    ...{ decision: null, ruleIds: null, createdAt: '', expiresAt: '', resolvedAt: null, resolvedBy: null },
  });
const command = asked('command', ['accept', 'acceptForSession', 'decline', 'cancel'], {
  ...{ reason: 'May I?', line: { text: 'rm ⟨U+202E⟩x' } },
});
const question = { id: 'q', header: '', question: 'Which?', isOther: true, isSecret: false, options: null };

describe('an answer in words', () => {
  it.each(['yes', 'Yes.', ' OK ', 'approve', 'ALLOW!'])('is the most cautious permission: %j', (text) => {
    expect(answerInWords(command, text)).toEqual({ decision: 'accept' });
  });

  it.each(['no', 'Decline', 'deny.'])('is a refusal after which the agent goes on: %j', (text) => {
    expect(answerInWords(command, text)).toEqual({ decision: 'decline' });
  });

  it('is a refusal that tells the agent the rest', () => {
    expect(answerInWords(command, 'No: use the other one')).toEqual({
      decision: 'decline',
      message: 'use the other one',
    });
  });

  it.each(['yes, but what does it do', 'maybe', '', 'yes '.repeat(20)])('is none in %j', (text) => {
    expect(answerInWords(command, text)).toBeUndefined();
  });

  it('is whatever is said where the agent asks one thing in words, or an option by name or number', () => {
    const options = [
      { label: 'Red', description: '' },
      { label: 'Blue', description: 'cold' },
    ];
    const open = asked('user_input', ['answer', 'cancel'], { questions: [question] });
    const choice = asked('user_input', ['answer', 'cancel'], { questions: [{ ...question, options }] });
    expect(answerInWords(open, ' the small one ')).toEqual({ decision: 'answer', answers: { q: ['the small one'] } });
    expect(answerInWords(choice, 'blue')).toEqual({ decision: 'answer', answers: { q: ['Blue'] } });
    expect(answerInWords(choice, '1')).toEqual({ decision: 'answer', answers: { q: ['Red'] } });
    expect(approvalText(choice, 'LINK')).toContain('- Blue: cold');
  });

  it('is no yes to a server that wants more than a word, and is one to a tool that is to run', () => {
    const form = asked('elicitation', ['accept', 'decline', 'cancel'], { server: 's', tool: null, message: 'Name?' });
    expect(answerInWords(form, 'yes')).toBeUndefined();
    expect(answerInWords(form, 'no')).toEqual({ decision: 'decline' });
    const tool = asked('elicitation', ['accept', 'decline'], { server: 's', tool: 'drop', message: '', arguments: {} });
    expect(answerInWords(tool, 'yes')).toEqual({ decision: 'accept' });
  });

  it('is asked for with what would run, what a yes allows, and where to decide by hand', () => {
    const text = approvalText(command, 'https://relay.test/#/chats/c');
    expect(text).toContain('rm ⟨U+202E⟩x');
    expect(text).toContain('**yes**: Run it once');
    expect(text).toContain('(https://relay.test/#/chats/c)');
  });
});
