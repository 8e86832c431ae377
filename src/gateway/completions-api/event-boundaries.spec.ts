import { EventBoundaries, eventsIn } from './event-boundaries';

const bytesOf = (text: string): Buffer => Buffer.from(text);

/** What comes out for a text that arrives in these pieces. */
function passed(pieces: readonly string[]): { out: (string | undefined)[]; rest: string | undefined } {
  const boundaries = new EventBoundaries();
  const out = pieces.map((piece) => boundaries.push(bytesOf(piece))?.toString());
  return { out, rest: boundaries.rest()?.toString() };
}

describe('EventBoundaries', () => {
  it('lets a piece of complete events through as the same bytes', () => {
    const piece = bytesOf('data: 1\n\ndata: 2\n\n');
    expect(new EventBoundaries().push(piece)).toBe(piece);
  });

  it('keeps the beginning of an event until its end has come', () => {
    expect(passed(['data: 1\n\nda', 'ta: ', '2', '\n\n']).out).toEqual([
      'data: 1\n\n',
      undefined,
      undefined,
      'data: 2\n\n',
    ]);
  });

  it('finds the end of an event between two pieces', () => {
    expect(passed(['data: 1\n', '\ndata: 2\n\n']).out).toEqual([undefined, 'data: 1\n\ndata: 2\n\n']);
    expect(passed(['data: 1\r\n', '\r\ndata']).out).toEqual([undefined, 'data: 1\r\n\r\n']);
  });

  it('completes an event at the end of the stream that has no empty line', () => {
    expect(passed(['data: 1\n\ndata: [DONE]\n']).rest).toBe('data: [DONE]\n\n\n');
    expect(passed(['data: 1\n\n', '\n']).rest).toBeUndefined();
  });

  it('gives every byte back, whatever the cuts', () => {
    const text = 'data: {"a":"ü"}\n\n: comment\n\nevent: x\r\ndata: 2\r\n\r\ndata: 3\n\n';
    for (let size = 1; size < text.length; size++) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      expect(passed(pieces).out.join('')).toBe(text);
    }
  });
});

describe('eventsIn', () => {
  it('gives the data and the bytes of each event', () => {
    expect(eventsIn(bytesOf('event: x\ndata: 1\ndata: 2\n\n: hm\n\ndata:3\r\n\r\n'))).toEqual([
      { data: '1\n2', bytes: 'event: x\ndata: 1\ndata: 2\n\n' },
      { data: '', bytes: ': hm\n\n' },
      { data: '3', bytes: 'data:3\r\n\r\n' },
    ]);
  });
});
