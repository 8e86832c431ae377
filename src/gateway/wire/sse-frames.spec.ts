import { frameData, frameFor, SseFrames } from './sse-frames';

const TWO = 'event: response.created\ndata: {"a":1}\n\nevent: response.completed\ndata: {"ü":2}\n\n';

describe('SseFrames', () => {
  it.each([1, 2, 3, 7, 1000])('gives the same frames for chunks of %i bytes', (size) => {
    const bytes = Buffer.from(TWO);
    const frames = new SseFrames();
    const found = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      frames.push(bytes.subarray(n * size, (n + 1) * size)),
    ).flat();
    expect(found.map(({ type }) => type)).toEqual(['response.created', 'response.completed']);
    expect(found.map(frameData)).toEqual(['{"a":1}', '{"ü":2}']);
    expect(Buffer.concat(found.map((frame) => frame.bytes)).toString()).toBe(TWO);
  });

  it('knows carriage returns, streams without event names, comments and the end mark', () => {
    const read = (text: string): string[] => new SseFrames().push(Buffer.from(text)).map(({ type }) => type);
    expect(read('event: a.b\r\ndata: 1\r\n\r\nevent: c\r\ndata: 2\r\n\r\n')).toEqual(['a.b', 'c']);
    expect(read('data: {"type":"response.completed"}\n\n')).toEqual(['response.completed']);
    expect(read(': keep-alive\n\ndata: [DONE]\n\n')).toEqual(['', '']);
  });

  it('joins the lines of one payload', () => {
    const [frame = frameFor('', '')] = new SseFrames().push(Buffer.from('data: a\ndata: b\n\n'));
    expect(frameData(frame)).toBe('a\nb');
  });
});
