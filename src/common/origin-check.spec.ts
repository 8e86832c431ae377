import { foreignChange } from './origin-check';

const config = { corsOrigins: ['https://app.example'] };
const refusal = (method: string, origin?: string) =>
  foreignChange({ method, headers: { host: '127.0.0.1:8000', origin } }, config);

describe('a request of a page', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('of elsewhere changes nothing: %s', (method) => {
    for (const origin of ['http://evil.example', 'http://127.0.0.1:9999', 'http://localhost:8000', 'null', '']) {
      expect(refusal(method, origin)).toMatchObject({ status: 403, code: 'origin_not_allowed' });
    }
  });

  it('of this service or of CORS_ORIGINS may change things, and so may a program, which names no origin', () => {
    for (const origin of ['http://127.0.0.1:8000', 'https://app.example', undefined]) {
      expect(refusal('POST', origin)).toBeUndefined();
    }
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('of elsewhere may read, as far as CORS lets it: %s', (method) => {
    expect(refusal(method, 'http://evil.example')).toBeUndefined();
  });
});
