import { approvalDto } from '../../test/support/chat-events';
import { nameOf, wordsOf } from './approval-words';

const visible = (text: string) => ({ text, length: text.length, marks: [], markCount: 0 });

describe('the words for an approval', () => {
  it('say what would run, how, and why', () => {
    const request = {
      command: 'rm x',
      line: visible('rm x'),
      reason: 'It is old.',
      grants: { text: 'outside of the sandbox' },
    };
    expect(wordsOf(approvalDto({ request }))).toBe('May this command run: rm x, outside of the sandbox? It is old.');
  });

  it('show what could hide something', () => {
    expect(wordsOf(approvalDto({ request: { command: 'rm \u202Etxt' } }))).toContain('⟨U+202E⟩');
  });

  it('name the files, and how many more there are', () => {
    const place = { path: visible('a.txt'), target: visible('a.txt'), isInside: true, isLink: false };
    const files = [{ kind: 'add', place, movedTo: null, isContent: true, diff: visible('x') }];
    const words = wordsOf(approvalDto({ kind: 'file_change', request: { reason: null, files, fileCount: 3 } }));
    expect(words).toBe('May these files be changed: add a.txt, and 2 more?');
  });

  it('are the questions with what may be chosen', () => {
    const options = [
      { label: 'red', description: '' },
      { label: 'blue', description: '' },
    ];
    const questions = [{ id: 'q', header: '', question: 'Which?', isOther: false, isSecret: false, options }];
    expect(wordsOf(approvalDto({ kind: 'user_input', request: { questions } }))).toBe('[q] Which? One of: red, blue.');
  });

  it('are those of a server that asks, with the tool that is to run', () => {
    const request = {
      server: 'tickets',
      mode: 'form',
      message: 'Sure?',
      schema: null,
      url: null,
      tool: 'close',
      arguments: { id: 1 },
    };
    expect(wordsOf(approvalDto({ kind: 'elicitation', request }))).toMatch(/^tickets asks: Sure\? \(tool close with/);
  });

  it('name a decision that is an object by its key', () => {
    expect(['accept', { acceptWithExecpolicyAmendment: {} }].map(nameOf)).toEqual([
      'accept',
      'acceptWithExecpolicyAmendment',
    ]);
  });
});
