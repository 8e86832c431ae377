import { bareItem, completeInputItem, isReplayable } from './input-item';

describe('an input item', () => {
  it('is listed with type, id, status and parts', () => {
    expect(completeInputItem({ role: 'user', content: 'hi' })).toEqual({
      ...{ type: 'message', role: 'user', status: 'completed', id: expect.stringMatching(/^msg_/) as string },
      content: [{ type: 'input_text', text: 'hi' }],
    });
    expect(completeInputItem({ role: 'assistant', content: 'yes' })).toMatchObject({
      content: [{ type: 'output_text', text: 'yes', annotations: [] }],
    });
    expect(completeInputItem({ type: 'function_call_output', call_id: 'c', output: 'x', id: 'mine' })).toEqual({
      ...{ type: 'function_call_output', call_id: 'c', output: 'x', id: 'mine', status: 'completed' },
    });
  });

  it('is given to a provider without what only the API knows', () => {
    expect(bareItem({ type: 'message', id: 'm', status: 'completed', role: 'user' })).toEqual({
      type: 'message',
      role: 'user',
    });
    expect(bareItem({ type: 'reasoning', id: 'r', status: 'completed' })).toEqual({ type: 'reasoning', id: 'r' });
  });

  it('is left out where it says nothing without what the provider has not kept', () => {
    expect(isReplayable({ type: 'reasoning', summary: [] })).toBe(false);
    expect(isReplayable({ type: 'reasoning', encrypted_content: 'x' })).toBe(true);
    expect(isReplayable({ type: 'message' })).toBe(true);
  });
});
