import { LineSplitter } from './line-splitter';

describe('LineSplitter', () => {
  const whole = (text: string) => ({ kind: 'whole', text });

  it('joins a line that comes in several chunks, also within a character', () => {
    const lines = new LineSplitter(100);
    const bytes = Buffer.from('{"text":"für"}\n');
    expect(lines.push(bytes.subarray(0, 10))).toEqual([]);
    expect(lines.push(bytes.subarray(10))).toEqual([whole('{"text":"für"}')]);
  });

  it('cuts several lines out of one chunk, without the empty ones', () => {
    expect(new LineSplitter(100).push(Buffer.from('one\n\ntwo\nthr'))).toEqual([whole('one'), whole('two')]);
  });

  it('says how much of a torn line there is', () => {
    const lines = new LineSplitter(100);
    lines.push(Buffer.from('one\ntorn'));
    expect(lines.pendingBytes).toBe(4);
  });

  it('reads a line that is as long as it may be', () => {
    const lines = new LineSplitter(4);
    expect(lines.push(Buffer.from('four\nlonger\n'))).toMatchObject([whole('four'), { kind: 'oversized', bytes: 6 }]);
  });

  it('keeps only the head of a line beyond the bound, and reads on', () => {
    const lines = new LineSplitter(1000);
    expect(lines.push(Buffer.from(`{"id":7,${'x'.repeat(900)}`))).toEqual([]);
    expect(lines.push(Buffer.alloc(5000, 'y'))).toEqual([]);
    const [oversized, next] = lines.push(Buffer.from('z\nnext\n'));

    expect(oversized).toMatchObject({ kind: 'oversized', bytes: 908 + 5001 });
    expect(oversized?.kind === 'oversized' && oversized.head).toMatch(/^\{"id":7,x{504}$/);
    expect(next).toEqual(whole('next'));
  });
});
