import fc from 'fast-check';
import { frameData, SseFrames } from './sse-frames';

const text = fc.string({
  unit: fc.oneof(fc.constantFrom(':', ' ', '{', '}'), fc.string({ unit: 'grapheme', maxLength: 1 })),
  maxLength: 20,
});
const line = text.map((characters) => characters.toWellFormed().replace(/[\r\n\ufeff]/g, ''));
const newline = fc.constantFrom('\n', '\r\n');

interface Event {
  readonly type: string;
  readonly comments: readonly string[];
  readonly data: readonly string[];
  readonly space: string;
}

const event = fc.record<Event>({
  type: fc.constantFrom('', 'response.created', 'error', 'x'),
  comments: fc.array(line, { maxLength: 2 }),
  data: fc.array(
    line.filter((characters) => !characters.startsWith(' ')),
    { minLength: 1, maxLength: 3 },
  ),
  space: fc.constantFrom('', ' '),
});

/** The event as a server writes it, with its blank line. */
function written({ type, comments, data, space }: Event, end: string): string {
  const lines = [
    ...comments.map((comment) => `:${comment}`),
    ...(type === '' ? [] : [`event:${space}${type}`]),
    ...data.map((each) => `data:${space}${each}`),
  ];
  return lines.map((each) => each + end).join('') + end;
}

const events = fc.array(fc.tuple(event, newline), { maxLength: 6 });
const mark = fc.constantFrom('', '\ufeff');
const cuts = fc.array(fc.nat(), { maxLength: 12 });

/** The bytes cut at any places, also within a character and between CR and LF. */
function chunksOf(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
}

describe('SseFrames, for any events and any chunks of them', () => {
  it('gives a frame for each event, with its type and its payload', () => {
    fc.assert(
      fc.property(events, mark, cuts, (all, start, at) => {
        const frames = new SseFrames();
        const bytes = Buffer.from(start + all.map(([each, end]) => written(each, end)).join(''));
        const found = chunksOf(bytes, at).flatMap((chunk) => frames.push(chunk));
        const wanted = all.map(([{ type, data }]) => ({ type, data: data.join('\n') }));
        expect(found.map((frame) => ({ type: frame.type, data: frameData(frame) }))).toEqual(wanted);
        expect(all.length === 0 ? 0 : frames.takeRest().length).toBe(0);
      }),
    );
  });

  it('gives the same frames for the same bytes, whatever they are, and loses none of them', () => {
    const any = fc.string({ unit: fc.constantFrom('\n', '\r', 'data:', 'event: a', ':', 'é', '\ufeff') });
    fc.assert(
      fc.property(any, cuts, (characters, at) => {
        const bytes = Buffer.from(characters);
        const [whole, cut] = [new SseFrames(), new SseFrames()];
        const found = chunksOf(bytes, at).flatMap((chunk) => cut.push(chunk));
        expect(found).toEqual(whole.push(bytes));
        const rest = cut.takeRest();
        expect(rest).toEqual(whole.takeRest());
        expect(Buffer.concat([...found.map((frame) => frame.bytes), rest])).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });
});
