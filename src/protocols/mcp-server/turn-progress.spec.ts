import { actionDto, approvalDto, chatEvent, messageDto, turnDto } from '../../../test/support/chat-events';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { inWords } from './progress-notes';
import { toldTurn, turnInWords } from './tool-results';
import { applied, newProgress } from './turn-progress';

const behind = (...events: ChatEvent[]) => events.reduce(applied, newProgress('chat', 'turn'));
const started = chatEvent({ type: 'turn.started', data: { turn: turnDto('running') } });
const said = (text: string, changes = {}) =>
  chatEvent({ type: 'message.completed', data: { message: messageDto(text, changes) } });
const asked = chatEvent({ type: 'approval.requested', data: { approval: approvalDto({}) } });
const ended = (turn = turnDto('completed')) =>
  chatEvent({ type: 'turn.completed', data: { turn, status: 'completed', usage: turn.usage, error: turn.error } });

describe('how far a turn has come', () => {
  it('is told with what was said last, from its parts on', () => {
    const created = chatEvent({ type: 'message.created', data: { message: messageDto('') } });
    const delta = chatEvent({ type: 'message.delta', data: { messageId: 'message', delta: 'Hel' } });
    const more = chatEvent({ type: 'message.delta', data: { messageId: 'message', delta: 'lo' } });
    expect(behind(started, created, delta, more)).toMatchObject({ status: 'running', said: { text: 'Hello' } });
    expect(toldTurn(behind(started, said('one', { id: 'a' }), said('two', { id: 'b' }), ended()))).toMatchObject({
      ...{ status: 'completed', text: 'two', next: null },
    });
  });

  it('keeps a plan, and nothing of an answer that broke off', () => {
    const plan = said('the plan', { id: 'a', content: [{ type: 'text', text: 'the plan', plan: true }] });
    expect(behind(plan, said('beside it', { id: 'b' })).said?.text).toBe('the plan');
    expect(behind(said('half'), said('half', { status: 'superseded' })).said).toBeNull();
  });

  it('has each step once, as it is now, and the last ones of many', () => {
    const item = (id: string, status: 'running' | 'completed') =>
      chatEvent({ type: 'item.completed', data: { item: actionDto({ id, status, title: id }) } });
    expect(behind(item('a', 'running'), item('a', 'completed')).steps).toMatchObject([
      { id: 'a', status: 'completed' },
    ]);
    const many = Array.from({ length: 60 }, (_, index) => item(String(index), 'completed'));
    expect(behind(...many).steps).toHaveLength(40);
  });

  it('waits while somebody is asked, and says how to answer', () => {
    const told = toldTurn(behind(started, asked));
    expect(told).toMatchObject({
      status: 'waiting_for_approval',
      approvals: [
        { approvalId: 'approval', decisions: [{ decision: 'accept' }, { decision: 'decline', takesMessage: true }] },
      ],
    });
    expect(turnInWords(told)).toContain('- accept: Run it once.');
    const resolved = chatEvent({ type: 'approval.resolved', data: { approval: approvalDto({ status: 'resolved' }) } });
    expect(toldTurn(behind(started, asked, resolved)).status).toBe('running');
    expect(toldTurn(behind(started, asked, ended(turnDto('interrupted'))))).toMatchObject({
      status: 'interrupted',
      approvals: [],
    });
  });

  it('says what has failed, and what goes on', () => {
    const failed = ended(turnDto('failed', { code: 'model_failed', message: 'It broke.' }));
    expect(turnInWords(toldTurn(behind(started, failed)))).toBe('The turn has failed (model_failed): It broke.');
    expect(turnInWords(toldTurn(behind(started)))).toContain('It goes on. Call wait_turn');
    expect(turnInWords(toldTurn(behind()))).toContain('It waits for its turn to begin.');
    expect(turnInWords(toldTurn(behind(started, ended())))).toBe('The turn is over; the agent has said nothing.');
  });

  it('is told in one line while it goes on', () => {
    const running = chatEvent({
      type: 'item.started',
      data: { item: actionDto({ title: `sleep 1;\n${'x'.repeat(300)}` }) },
    });
    expect([behind(), behind(started), behind(started, asked)].map(inWords)).toEqual([
      ...['The message waits for its turn to begin.', 'The agent works.', 'The agent waits for an answer.'],
    ]);
    expect(inWords(behind(started, running))).toMatch(/^command: …x{200}$/);
    expect(inWords(behind(started, said('Well,\n then')))).toBe('Well, then');
  });
});
