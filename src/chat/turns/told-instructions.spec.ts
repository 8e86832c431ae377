import { newChat } from '../../../test/support/stored-chat';
import { newTurn } from '../../../test/support/stored-turn';
import { ToldInstructions } from './told-instructions';

describe('instructions of a chat', () => {
  const chat = newChat('chat');
  const turn = newTurn('chat');

  it('are told with a turn where the thread does not know them, and else are not', () => {
    expect(new ToldInstructions(chat, 'Be brief.', true).news).toBeUndefined();
    expect(new ToldInstructions(chat, 'Be brief.', false).news).toMatch(/have changed.*\n\nBe brief\.$/);
    expect(new ToldInstructions(chat, null, false).news).toBeUndefined();
    const told = { ...chat, toldInstructions: '0'.repeat(64) };
    expect(new ToldInstructions(told, null, false).news).toMatch(/do not hold any more/);
  });

  it('are known once a turn has begun that says something', () => {
    expect(new ToldInstructions(chat, 'Be brief.', false).writesAfter(turn)).toHaveLength(1);
    const summary = { ...turn, options: { ...turn.options, kind: 'compaction' as const } };
    expect(new ToldInstructions(chat, 'Be brief.', false).writesAfter(summary)).toEqual([]);
    expect(new ToldInstructions(chat, 'Be brief.', true).writesAfter(summary)).toHaveLength(1);
  });
});
