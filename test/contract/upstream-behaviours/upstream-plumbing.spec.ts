import { textReply } from '../../support/scripted-reply';
import { BOTH_APIS, Seen, WAYS } from '../support/behaviour';
import { contractSuite, Probe } from '../support/contract-suite';

const SPEAKERS = ['openai', 'azure', 'openai-compatible', 'mistral', 'anthropic', 'google'];
const CODINGS = ['gzip', 'br', 'deflate'] as const;
const ELSEWHERE = 'http://elsewhere.test/v2';

const notRetriedAgain = (path: string, body: object): Probe => ({
  name: `what the gateway has retried says x-should-retry: false, ${path}`,
  run: async (world) => {
    world.provider.play({ status: 503, error: { error: { message: 'busy', type: 'server_error', code: null } } });
    const answer = await world.post(path, { model: 'retried', ...body });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(world.provider.requests.length).toBe(2);
    expect(answer.headers.get('x-should-retry')).toBe('false');
  },
});
const messages = [{ role: 'user', content: 'hi' }];

contractSuite(__filename, 'the way to an upstream', {
  backends: [{ id: 'retried', type: 'openai-compatible', more: 'max_retries: 1' }],
  rows: [
    ...CODINGS.map((encoding) => ({
      name: `an answer in ${encoding} is decoded`,
      ...{ on: SPEAKERS, ways: BOTH_APIS },
      replies: textReply('squeezed', { encoding }),
      answers: ['squeezed'],
    })),
    ...CODINGS.map((encoding) => ({
      name: `an error in ${encoding} is decoded`,
      ...{ on: SPEAKERS, ways: BOTH_APIS },
      replies: { status: 400, encoding, error: { error: { message: 'squeezed words', type: 'x', code: null } } },
      answers: [{ status: 'failed' as const, message: /squeezed words/ }],
    })),
    {
      name: 'an answer in gzip is decoded in a chat',
      ...{ on: ['openai', 'openai-compatible'], ways: ['chat'] },
      replies: textReply('squeezed', { encoding: 'gzip' }),
      answers: ['squeezed'],
    },
    ...[301, 302, 307, 308].map((status) => ({
      name: `a redirect with ${status} is told as 502, with its address`,
      ...{ on: SPEAKERS, ways: status === 302 ? WAYS : BOTH_APIS },
      replies: { status, headers: { location: ELSEWHERE }, error: 'moved' },
      answers: [{ status: 'failed' as const, message: /elsewhere\.test/ }],
      check: ({ answers: [answer], way }: Seen) => {
        if (way !== 'chat' && way !== 'responses streamed') expect(answer?.http).toBe(502);
      },
    })),
  ],
  probes: [notRetriedAgain('/responses', { input: 'hi' }), notRetriedAgain('/chat/completions', { messages })],
});
