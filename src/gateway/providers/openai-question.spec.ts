import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UpstreamError } from '../wire/upstream.error';
import { askOpenAi } from './openai-question';

const TIMEOUTS = { connectMs: 1000, firstByteMs: 1000, idleMs: 1000 };
const QUESTION = { model: 'm', input: 'hi', max_output_tokens: 16 };
const ANSWER = {
  ...{ object: 'response', output: [{ type: 'message', content: [{ type: 'output_text', text: 'OK' }] }] },
  usage: { input_tokens: 3, output_tokens: 1 },
};

describe('a question to a Responses API by the official client', () => {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let address: string;

  beforeAll(async () => {
    process.env.OPENAI_CUSTOM_HEADERS = 'x-secret: of this process';
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    delete process.env.OPENAI_CUSTOM_HEADERS;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const ask = (path = '/v1/responses', signal = new AbortController().signal) =>
    askOpenAi({ url: address + path, headers: { 'api-key': 'k' } }, QUESTION, TIMEOUTS, signal);
  const respond = (status: number, body: string, type = 'application/json') => {
    answer = (_, response) => response.writeHead(status, { 'content-type': type }).end(body);
  };

  it('goes to the address of the endpoint with its headers, and none that the environment would add', async () => {
    const received: IncomingMessage[] = [];
    answer = (request, response) => {
      received.push(request);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(ANSWER));
    };
    await expect(ask('/openai/responses?api-version=2025-04-01-preview')).resolves.toEqual({
      text: 'OK',
      tokens: { input: 3, cached: 0, output: 1, reasoning: 0 },
    });
    const [{ url, headers } = { url: '', headers: {} }] = received;
    expect(url).toBe('/openai/responses?api-version=2025-04-01-preview');
    expect(Object.keys(headers).sort()).toEqual([
      ...['accept', 'accept-encoding', 'api-key', 'connection', 'content-length', 'content-type', 'host', 'user-agent'],
    ]);
    expect(headers).toMatchObject({ 'api-key': 'k', 'user-agent': 'codex-relay' });
  });

  it.each([
    [401, '{"error":{"message":"bad key"}}', { code: 'upstream_unauthorized', message: 'answered HTTP 401: bad key' }],
    [200, '{"error":{"message":"no money","code":402}}', { code: 'usage_limit_exceeded' }],
    [200, '{}', { code: 'upstream_error', message: 'answered with something that is no response' }],
  ])('fails with the words of an answer with HTTP %s: %s', async (status, body, failure) => {
    respond(status, body);
    await expect(ask()).rejects.toMatchObject(failure);
  });

  it('fails with the reason of its deadline, and is not asked again', async () => {
    let requests = 0;
    const ending = new AbortController();
    answer = () => {
      requests++;
      ending.abort(UpstreamError.silent(30));
    };
    await expect(ask('/v1/responses', ending.signal)).rejects.toMatchObject({ message: 'was silent for 30 s' });
    expect(requests).toBe(1);
  });
});
