import { ResponseMemory } from './response-memory';

describe('ResponseMemory', () => {
  it('remembers the last few responses, until one is forgotten', () => {
    const memory = new ResponseMemory();
    for (const id of ['a', 'b', 'c', 'd', 'e']) memory.keep({ id, response: {}, input: [] });
    expect(['a', 'b', 'e'].map((id) => memory.find(id)?.id)).toEqual([undefined, 'b', 'e']);
    memory.forget('e');
    expect(memory.find('e')).toBeUndefined();
  });
});
