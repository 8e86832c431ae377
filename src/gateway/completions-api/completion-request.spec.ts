import { readCompletionRequest } from './completion-request';

const LONG = 'x'.repeat(100_000);
const bytesOf = (text: string): Buffer => Buffer.from(text);

describe.each([
  ['short', ''],
  ['long', LONG],
])('a %s completion request', (_, padding) => {
  const body = { model: 'm', stream: true, stream_options: { include_usage: true }, metadata: { padding } };
  const messages = [{ role: 'user', content: 'a "quoted" \\ text' }];

  it('is read with its messages', () => {
    const request = readCompletionRequest(bytesOf(JSON.stringify({ messages, ...body })));
    expect(request).toMatchObject({ model: 'm', stream: true, includeUsage: true, body });
    expect(request.body).not.toHaveProperty('messages');
    expect(request.messages()).toEqual(messages);
  });

  it('is refused without messages', () => {
    expect(() => readCompletionRequest(bytesOf(JSON.stringify(body)))).toThrow('"messages" is missing');
  });

  it('is refused for messages that are none, at the latest when they are read', () => {
    const bytes = bytesOf(JSON.stringify({ ...body, messages: [{ role: 'robot' }] }));
    expect(() => readCompletionRequest(bytes).messages()).toThrow('"messages" must be');
  });

  it.each([
    '{"a":1',
    '{"a":1}}',
    '{"a":1,}',
    '{"a" 1}',
    '{"a":}',
    '{"a":tru}',
    '["a"]',
    '{"a":"b}',
    '{"a":[1}',
    '{"a":1}x',
    '',
  ])('is refused when it is no JSON: %s', (wrong) => {
    const text = wrong.replace('{', `{"padding":"${padding}","messages":[],`).replace('["', `["${padding}`);
    expect(() => readCompletionRequest(bytesOf(text))).toThrow('must be a JSON object');
  });

  it.each(['url', 'escaped'])('is refused for a picture whose bytes are not of its type (%s)', (form) => {
    const asking = (url: string): Buffer => {
      const json = JSON.stringify({
        ...body,
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
      });
      return bytesOf(form === 'url' ? json : json.replaceAll('/', '\\/').replaceAll('+', '\\u002B'));
    };
    expect(() => readCompletionRequest(asking('data:image/png;base64,R0lGODlhAQ=='))).toThrow(
      'is not of the type image/png',
    );
    expect(() => readCompletionRequest(asking('data:image/jpeg;base64,/9j/4AAQSkZJ++8='))).not.toThrow();
    expect(() => readCompletionRequest(asking('https://example.com/a.png'))).not.toThrow();
    const quoted = [{ role: 'user', content: '{"url": "data:image/png;base64,AAAA"}' }];
    expect(() => readCompletionRequest(bytesOf(JSON.stringify({ ...body, messages: quoted })))).not.toThrow();
  });

  it('is refused for a field that every object has', () => {
    const json = JSON.stringify({ messages, ...body }).replace('{', '{"__proto__": {"n": 5},');
    expect(() => readCompletionRequest(bytesOf(json))).toThrow('"__proto__" is not a field');
  });

  it('is refused for a field that is wrong', () => {
    const bytes = bytesOf(JSON.stringify({ ...body, messages, n: 0 }));
    expect(() => readCompletionRequest(bytes)).toThrow('"n" must be a whole number from 1 to 128');
  });
});
