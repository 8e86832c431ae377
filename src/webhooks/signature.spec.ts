import { Webhook } from 'standardwebhooks';
import { newSecret, signatureHeaders } from './signature';

describe('the signature of a webhook', () => {
  const call = { id: 'msg_1', timestamp: Math.floor(Date.now() / 1_000), body: '{"type":"turn.completed","text":"ü"}' };

  it('is the one of the example in the specification', () => {
    const headers = signatureHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], {
      ...{ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' },
    });
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is taken by the verifier of Standard Webhooks, and by none with another secret, body or id', () => {
    const [secret, other] = [newSecret(), newSecret()];
    const headers = signatureHeaders([secret], call);
    expect(new Webhook(secret).verify(call.body, headers)).toMatchObject({ type: 'turn.completed' });
    expect(() => new Webhook(other).verify(call.body, headers)).toThrow();
    expect(() => new Webhook(secret).verify(`${call.body} `, headers)).toThrow();
    expect(() => new Webhook(secret).verify(call.body, { ...headers, 'webhook-id': 'msg_2' })).toThrow();
  });

  it('is there for each of two secrets while one takes the place of the other', () => {
    const secrets = [newSecret(), newSecret()];
    const headers = signatureHeaders(secrets, call);
    for (const secret of secrets) expect(() => new Webhook(secret).verify(call.body, headers)).not.toThrow();
  });
});
