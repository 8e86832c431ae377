import { EventDraft } from './chat-event';
import { joinDeltas } from './log-entry';

const text = (delta: string, messageId = 'm', turnId = 't'): EventDraft => ({
  ...{ type: 'message.delta', turnId, data: { messageId, delta } },
});
const item = (type: 'reasoning.delta' | 'command.output', delta: string, itemId = 'i'): EventDraft => ({
  ...{ type, turnId: 't', data: { itemId, delta } },
});

describe('joinDeltas', () => {
  it('joins deltas of the same message, reasoning or command', () => {
    expect(joinDeltas(text('Hel'), text('lo'))).toEqual(text('Hello'));
    for (const type of ['reasoning.delta', 'command.output'] as const) {
      expect(joinDeltas(item(type, 'a'), item(type, 'b'))).toEqual(item(type, 'ab'));
    }
  });

  it('joins nothing else', () => {
    expect(joinDeltas(text('a'), text('b', 'another message'))).toBeUndefined();
    expect(joinDeltas(text('a'), text('b', 'm', 'another turn'))).toBeUndefined();
    expect(joinDeltas(item('command.output', 'a'), item('command.output', 'b', 'other'))).toBeUndefined();
    expect(joinDeltas(item('command.output', 'a'), item('reasoning.delta', 'b'))).toBeUndefined();
    expect(joinDeltas(text('a'), item('reasoning.delta', 'b'))).toBeUndefined();
    const warning: EventDraft = { type: 'warning', turnId: 't', data: { message: 'w' } };
    expect(joinDeltas(warning, warning)).toBeUndefined();
  });

  it('ends a joined event when it is large', () => {
    expect(joinDeltas(text('x'.repeat(32_768)), text('y'))).toBeUndefined();
    expect(joinDeltas(text('x'.repeat(32_767)), text('y'))).toEqual(text(`${'x'.repeat(32_767)}y`));
  });

  it('changes none of the two', () => {
    const [first, second] = [text('a'), text('b')];
    joinDeltas(first, second);
    expect([first, second]).toEqual([text('a'), text('b')]);
  });
});
