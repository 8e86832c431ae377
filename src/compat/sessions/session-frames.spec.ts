import { actionDto, approvalDto, ended, messageDto, started, told } from '../../../test/support/told-events';
import { NO_USAGE } from '../../chat/entities/token-usage.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { INITIAL_SESSION, sessionStep } from './session-frames';

const URL = 'http://relay/#/chats/chat';

function framesOf(...events: ChatEvent[]): readonly object[] {
  let state = INITIAL_SESSION;
  return events.flatMap((event) => {
    const step = sessionStep(state, event, URL);
    state = step.state;
    return step.frames;
  });
}

const said = (text: string, status: 'final' | 'partial' | 'superseded' = 'final'): ChatEvent =>
  told('message.completed', { message: messageDto(text, { status }) });
const thought = (delta: string, itemId = 'item'): ChatEvent => told('reasoning.delta', { itemId, delta });

describe('what a client of the contract sessions is told', () => {
  it('is each message of the agent, whole', () => {
    const delta = told('message.delta', { messageId: 'message', delta: 'Hel' });
    expect(framesOf(started(), delta, said('Hello'), said('again'), ended('completed'))).toEqual([
      { type: 'assistant', content: 'Hello' },
      { type: 'assistant', content: 'again' },
    ]);
  });

  it('is what was written of a message that the end of its turn has cut off, and then the end', () => {
    expect(framesOf(started(), said('Hel', 'partial'), ended('interrupted'))).toEqual([
      { type: 'assistant', content: 'Hel' },
      { type: 'error', content: 'The turn was stopped.', code: 'turn_interrupted' },
    ]);
  });

  it('is nothing of what broke off, of what users say, and of messages without text', () => {
    const asked = told('message.completed', { message: messageDto('question', { role: 'user' }) });
    expect(framesOf(said('gone', 'superseded'), asked, said(''))).toEqual([]);
  });

  it('is reasoning so far, and whole in the end', () => {
    const whole = told('reasoning.completed', { itemId: 'item', text: 'I think', superseded: false });
    expect(framesOf(thought('I '), thought('think'), whole)).toEqual([
      { type: 'reasoning', content: 'I ', partial: true },
      { type: 'reasoning', content: 'I think', partial: true },
      { type: 'reasoning', content: 'I think' },
    ]);
  });

  it('keeps the reasoning of different items apart, and leaves out what broke off or is empty', () => {
    const broken = told('reasoning.completed', { itemId: 'one', text: 'a', superseded: true });
    const empty = told('reasoning.completed', { itemId: 'two', text: '', superseded: false });
    expect(framesOf(thought('a', 'one'), thought('b', 'two'), broken, empty, thought('c', 'one'))).toEqual([
      ...['a', 'b', 'c'].map((content) => ({ type: 'reasoning', content, partial: true })),
    ]);
  });

  it('is so little of long reasoning that all of it is not more than some times its length', () => {
    const deltas = Array.from({ length: 10_000 }, () => thought('word '));
    const frames = framesOf(...deltas) as { content: string }[];
    const sent = frames.reduce((sum, { content }) => sum + content.length, 0);
    expect(sent).toBeLessThan(20 * 50_000);
    expect(frames.length).toBeGreaterThan(50);
  });

  it('is the reason of a turn that failed, with its code', () => {
    const failure = { code: 'provider_error', message: 'The provider says no.' };
    expect(framesOf(started(), ended('failed', failure))).toEqual([
      { type: 'error', content: 'The provider says no.', code: 'provider_error' },
    ]);
    expect(framesOf(ended('failed'))).toMatchObject([{ type: 'error', code: 'turn_failed' }]);
  });

  it('is an empty answer of a turn that has said nothing, so that nobody waits for one', () => {
    expect(framesOf(started(), ended('completed'))).toEqual([{ type: 'assistant', content: '' }]);
    expect(framesOf(said('of the turn before'), started(), ended('completed'))).toHaveLength(2);
  });

  it('is that the agent waits for an approval and where it is answered, and that it was', () => {
    const asked = told('approval.requested', { approval: approvalDto() });
    const answered = told('approval.resolved', { approval: approvalDto({ status: 'resolved', decision: 'accept' }) });
    expect(framesOf(asked, answered)).toEqual([
      {
        ...{ type: 'approval', approval_id: 'approval', status: 'pending', url: URL },
        content: `The agent waits for an answer: May this command run: rm -rf build? — answer it at ${URL}`,
      },
      {
        ...{ type: 'approval', approval_id: 'approval', status: 'resolved', url: URL },
        content: 'The question of the agent is resolved.',
      },
    ]);
  });

  it('is nothing of a question that a rule has answered', () => {
    const approval = approvalDto({ status: 'resolved', ruleIds: ['rule'] });
    expect(framesOf(told('approval.requested', { approval }), told('approval.resolved', { approval }))).toEqual([]);
  });

  it('is nothing of all else that happens', () => {
    const item = actionDto();
    expect(
      framesOf(
        told('item.started', { item }),
        told('command.output', { itemId: item.id, delta: 'x' }),
        told('item.completed', { item }),
        told('message.created', { message: messageDto('') }),
        told('usage.updated', { usage: NO_USAGE, chatUsage: NO_USAGE, contextWindow: null }),
        told('warning', { message: 'careful' }),
        told('error', { code: 'c', message: 'again', willRetry: true }),
        told('chat.updated', { title: 't' }),
        told('diff.updated', { diff: '' }),
        told('plan.updated', { explanation: null, plan: [] }),
        told('log.truncated', { upTo: 3 }),
      ),
    ).toEqual([]);
  });
});
