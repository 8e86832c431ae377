import { AnswerLimits } from './answer-limits';

const MOST = { answer: 100, event: 40, line: 20 };
const feed = (limits: AnswerLimits, ...chunks: readonly string[]): void => {
  for (const chunk of chunks) limits.check(Buffer.from(chunk));
};

describe('AnswerLimits', () => {
  it('ends a stream whose line does not end', () => {
    expect(() => feed(new AnswerLimits(true, MOST), 'data: 1\n', 'x'.repeat(15), 'x'.repeat(6))).toThrow(
      'sent a line without an end',
    );
  });

  it('ends a stream whose event does not end', () => {
    expect(() => feed(new AnswerLimits(true, MOST), ...Array<string>(5).fill('data: 345\n'))).toThrow(
      'sent an event without an end',
    );
  });

  it('ends an answer that is too long', () => {
    expect(() => feed(new AnswerLimits(true, MOST), ...Array<string>(11).fill('data: 34\n\n'))).toThrow(
      'sent an answer without an end',
    );
    expect(() => feed(new AnswerLimits(false, MOST), 'x'.repeat(101))).toThrow('sent an answer without an end');
  });

  it('counts anew behind each end of an event, also with line ends of Windows', () => {
    expect(() => feed(new AnswerLimits(true, MOST), ...Array<string>(6).fill('data: 567890\r\n\r\n'))).not.toThrow();
  });

  it('knows no lines in an answer that is no stream', () => {
    expect(() => feed(new AnswerLimits(false, MOST), 'x'.repeat(90))).not.toThrow();
  });
});
