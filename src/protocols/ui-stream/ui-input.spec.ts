import { askedApproval } from '../../../test/support/turn-events';
import { decisionOf } from './ui-decision';
import { uiInputOf } from './ui-input';

describe('the last message of a page', () => {
  it('of the user is sent with its texts, pictures and files', () => {
    const parts = [
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA' },
      { type: 'file', mediaType: 'text/csv', filename: 'a.csv', url: 'data:text/csv;base64,AA' },
      { type: 'text', text: 'look' },
      { type: 'data-own', data: {} },
    ];
    expect(uiInputOf({ id: 'm1', role: 'user', parts })).toEqual({
      ...{ kind: 'message', id: 'm1' },
      content: [
        { type: 'image', url: 'data:image/png;base64,AA' },
        { type: 'file', fileName: 'a.csv', data: 'data:text/csv;base64,AA' },
        { type: 'text', text: 'look' },
      ],
    });
  });

  it('of the agent answers the questions in it', () => {
    const parts = [
      { type: 'dynamic-tool', toolCallId: 'i', state: 'approval-responded', approval: { id: 'a', approved: true } },
      { type: 'dynamic-tool', toolCallId: 'j', state: 'output-available' },
    ];
    expect(uiInputOf({ role: 'assistant', parts })).toEqual({
      ...{ kind: 'answers', calls: ['i', 'j'] },
      answers: [{ approvalId: 'a', approved: true, reason: undefined }],
    });
  });

  it.each([
    [undefined, 'validation_failed'],
    [{ role: 'user' }, 'validation_failed'],
    [{ role: 'user', parts: [] }, 'empty_message'],
    [{ role: 'assistant', parts: [{ type: 'text', text: 'x' }] }, 'empty_message'],
    [{ role: 'user', parts: [{ type: 'file', url: 'https://example.com/a' }] }, 'invalid_content'],
  ])('is refused where nothing can be sent: %j', (message, code) => {
    expect(() => uiInputOf(message)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('allows once, refuses with a reason, and answers what is asked in words', () => {
    const command = askedApproval('a', 'i');
    const answer = (approved: boolean, reason?: string) => ({ approvalId: 'a', approved, reason });
    expect(decisionOf(command, answer(true))).toEqual({ decision: 'accept' });
    expect(decisionOf(command, answer(false, 'why'))).toEqual({ decision: 'decline', message: 'why' });
    const questions = [{ id: 'q', header: '', question: '?', isOther: true, isSecret: false, options: null }];
    const asked = askedApproval('a', null, { kind: 'user_input', request: { questions }, choices: [] });
    expect(decisionOf(asked, answer(true, 'blue'))).toEqual({ decision: 'answer', answers: { q: ['blue'] } });
    expect(() => decisionOf(asked, answer(false))).toThrow('plain yes or no');
  });
});
