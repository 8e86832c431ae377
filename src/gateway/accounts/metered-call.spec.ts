import { instanceCaller } from '../wire/gateway-caller';
import { EndedCall, RunningCall } from './metered-call';

const tokens = (
  input: number,
  output: number,
): { input: number; cached: number; output: number; reasoning: number } => ({
  ...{ input, cached: 0, output, reasoning: 0 },
});

describe('RunningCall', () => {
  it('counts the tokens of every attempt, of each the last that was told', () => {
    const ended: EndedCall[] = [];
    const start = { caller: instanceCaller('i1'), threadId: null, route: undefined, backendId: 'b', model: 'm' };
    const call = new RunningCall({ ...start, endpoint: 'responses' }, (each) => void ended.push(each));
    call.attempt('one', 0);
    call.usage(tokens(5, 1));
    call.usage(tokens(100, 7));
    call.attempt('two', 1);
    call.attempt('three', 2);
    call.usage(tokens(100, 9));
    call.end('ok');
    expect(ended).toMatchObject([{ retries: 2, deployment: 'three', tokens: tokens(200, 16) }]);
  });

  it('keeps the tokens of each backend apart, since each has its own price', () => {
    const ended: EndedCall[] = [];
    const start = { caller: instanceCaller('i1'), threadId: null, route: undefined, backendId: 'b', model: 'm' };
    const call = new RunningCall({ ...start, endpoint: 'responses' }, (each) => void ended.push(each));
    call.attempt('one', 0);
    call.usage(tokens(100, 7));
    call.fallback('c');
    call.attempt('two', 1);
    call.usage(tokens(90, 5));
    call.attempt('two', 2);
    call.usage(tokens(90, 6));
    call.end('ok');
    expect(ended[0]?.tokens).toEqual(tokens(280, 18));
    expect([...(ended[0]?.tokensByBackend ?? [])]).toEqual([
      ['b', tokens(100, 7)],
      ['c', tokens(180, 11)],
    ]);
  });
});
