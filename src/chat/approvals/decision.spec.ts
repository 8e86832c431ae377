import { DomainError } from '../../common/domain.error';
import { chooseDecision, refusal } from './approval.service';

const amendment = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['touch', 'file'] } };
const OFFERED = ['accept', amendment, 'cancel'];

describe('chooseDecision', () => {
  it('finds a word among those offered', () => {
    expect(chooseDecision('cancel', OFFERED)).toBe('cancel');
  });

  it('finds an offered object, given whole or by its key', () => {
    expect(chooseDecision(JSON.parse(JSON.stringify(amendment)), OFFERED)).toBe(amendment);
    expect(chooseDecision('acceptWithExecpolicyAmendment', OFFERED)).toBe(amendment);
  });

  it.each(
    [
      ...['decline', 'Accept', '', null, undefined, 0, ['accept'], {}, { accept: true }],
      { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['rm', '-rf'] } },
    ].map((answer: unknown) => ({ answer })),
  )('refuses $answer, and says what is offered', ({ answer }) => {
    expect(() => chooseDecision(answer, OFFERED)).toThrow(DomainError);
    expect(() => chooseDecision(answer, OFFERED)).toThrow('accept, acceptWithExecpolicyAmendment, cancel');
  });
});

describe('refusal', () => {
  it('is the mildest that is offered', () => {
    expect(refusal(['accept', 'cancel', 'decline'])).toBe('decline');
    expect(refusal(['accept', 'cancel'])).toBe('cancel');
    expect(refusal(['answer'])).toBe('cancel');
  });
});
