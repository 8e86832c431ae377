import { ErrorAnswer } from './upstream-exchange';

describe('ErrorAnswer', () => {
  it('is read as far as it may say why', () => {
    const answer = new ErrorAnswer({ status: 500, statusText: 'Oops', headers: {} });
    answer.data(Buffer.from('all is lost'));
    expect(answer.error.message).toBe('answered HTTP 500: all is lost');
    expect(() => answer.data(Buffer.alloc(64 * 1024))).toThrow('answered HTTP 500: all is lost');
  });

  it('is no error by its status alone where that is 200', () => {
    const answer = new ErrorAnswer({ status: 200, statusText: 'OK', headers: {} });
    expect(answer.byStatus).toBeUndefined();
    answer.data(Buffer.from('{"error":{"message":"busy",'));
    answer.data(Buffer.from('"code":429}}'));
    expect(answer.error).toMatchObject({ code: 'rate_limit_exceeded', status: 429, retryable: true });
  });
});
