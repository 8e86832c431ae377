import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { AgentQuestion } from '../../app-server/agent/agent-question';
import { ChatConfig } from '../../config/chat.config';
import { DomainError } from '../../common/domain.error';
import { Database } from '../../database/database';
import type { TurnEntity } from '../entities/turn.entity';
import type { ChatEvent } from '../event-log/chat-event';
import type { EventLog } from '../event-log/event-log';
import type { LogEntry, OnStorageFault } from '../event-log/log-entry';
import { ApprovalRules } from './approval-rules';
import { ApprovalService, chooseDecision, refusal } from './approval.service';

const ADA = { id: 'ada', displayName: 'Ada' };
const TURN = { id: 'turn', userId: ADA.id, chatId: 'chat' } as TurnEntity;
const QUESTION: AgentQuestion = {
  ...{ id: 1, kind: 'command', itemId: null, request: {}, decisions: ['accept', 'decline'] },
  responseTo: (decision) => ({ decision }),
};
const silent = pino({ level: 'silent' });
const FULL = new Error('the disk is full');

describe('ApprovalService', () => {
  let approvals: ApprovalService;
  /** The answer that is being stored. */
  let stored: PromiseWithResolvers<readonly ChatEvent[]>;
  let ends: string[];
  let responses: unknown[];

  const endsOf = ({ events }: LogEntry) =>
    events.flatMap((event) => (event.type === 'approval.resolved' ? [event.data.approval.status] : []));

  const open = (approvalTimeoutSeconds: number): string => {
    const append = (_chat: unknown, entry: LogEntry, onFault: OnStorageFault) => {
      if (onFault === 'refuse') return stored.promise;
      ends.push(...endsOf(entry));
      return Promise.resolve([]);
    };
    const findOneBy = () => Promise.resolve({ userId: ADA.id, status: 'pending' });
    const read = { findOneBy };
    const config = Object.assign(new ChatConfig(), { approvalTimeoutSeconds });
    const database = { read } as unknown as Database;
    const log = { append } as unknown as EventLog;
    approvals = new ApprovalService(config, database, log, new ApprovalRules(database, log), silent);
    const respond = (result: unknown): void => void responses.push(result);
    const [event] = approvals.request(TURN, { question: QUESTION, itemId: null, heedsRules: true, respond }).events;
    if (event?.type !== 'approval.requested') throw new Error('nothing is asked');
    return event.data.approval.id;
  };

  const accept = (id: string) => approvals.answer(ADA, id, 'accept');

  beforeEach(() => {
    stored = Promise.withResolvers();
    [ends, responses] = [[], []];
  });

  it('says who has answered', async () => {
    const id = open(60);
    stored.resolve([]);
    await expect(accept(id)).resolves.toMatchObject({ status: 'resolved', resolvedBy: ADA });
  });

  it('asks once what codex asks again under the same id, and each turn for itself', () => {
    open(60);
    const ask = (turn: TurnEntity) =>
      approvals.request(turn, { question: QUESTION, itemId: null, heedsRules: true, respond: () => undefined }).events;
    expect(ask(TURN)).toEqual([]);
    expect(ask({ ...TURN, id: 'another' })).toHaveLength(1);
  });

  it('takes one answer at a time, and another one when that could not be stored', async () => {
    const id = open(60);
    const first = accept(id);
    await expect(approvals.answer(ADA, id, 'decline')).rejects.toMatchObject({ code: 'approval_already_resolved' });
    stored.reject(FULL);
    await expect(first).rejects.toBe(FULL);
    expect(approvals.waits(TURN.id)).toBe(true);
    stored = Promise.withResolvers();
    stored.resolve([]);
    await expect(approvals.answer(ADA, id, 'decline')).resolves.toMatchObject({ status: 'resolved' });
    expect([responses, approvals.waits(TURN.id)]).toEqual([[{ decision: 'decline' }], false]);
  });

  it('lets an approval expire whose answer could not be stored in time', async () => {
    const answered = accept(open(0.01));
    await sleep(50);
    expect(responses).toEqual([]);
    stored.reject(FULL);
    await expect(answered).rejects.toBe(FULL);
    expect([responses, ends, approvals.waits(TURN.id)]).toEqual([[{ decision: 'decline' }], ['expired'], false]);
  });

  it('ends with its turn an approval whose answer could not be stored', async () => {
    const answered = accept(open(60));
    const closed = approvals.closeTurn(TURN.id);
    stored.reject(FULL);
    await expect(answered).rejects.toBe(FULL);
    expect(endsOf(await closed)).toEqual(['canceled']);
    expect(approvals.waits(TURN.id)).toBe(false);
  });

  it('ends an approval that was withdrawn while its answer was being stored in vain', async () => {
    const answered = accept(open(60));
    expect(endsOf(approvals.withdraw(TURN.id, 1))).toEqual([]);
    stored.reject(FULL);
    await expect(answered).rejects.toBe(FULL);
    expect([responses, ends, approvals.waits(TURN.id)]).toEqual([[], ['canceled'], false]);
  });

  it('does not end an approval again whose answer is stored', async () => {
    const answered = accept(open(0.01));
    await sleep(50);
    approvals.withdraw(TURN.id, 1);
    const closed = approvals.closeTurn(TURN.id);
    stored.resolve([]);
    await expect(answered).resolves.toMatchObject({ status: 'resolved', decision: 'accept' });
    expect([endsOf(await closed), ends, responses]).toEqual([[], [], [{ decision: 'accept' }]]);
  });
});

const amendment = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['touch', 'file'] } };
const OFFERED = ['accept', amendment, 'cancel'];

describe('chooseDecision', () => {
  it('finds a word among those offered', () => {
    expect(chooseDecision('cancel', OFFERED)).toBe('cancel');
  });

  it('finds an offered object, given whole or by its key', () => {
    expect(chooseDecision(JSON.parse(JSON.stringify(amendment)), OFFERED)).toBe(amendment);
    expect(chooseDecision('acceptWithExecpolicyAmendment', OFFERED)).toBe(amendment);
  });

  it.each(
    [
      ...['decline', 'Accept', '', null, undefined, 0, ['accept'], {}, { accept: true }],
      { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['rm', '-rf'] } },
    ].map((answer: unknown) => ({ answer })),
  )('refuses $answer, and says what is offered', ({ answer }) => {
    expect(() => chooseDecision(answer, OFFERED)).toThrow(DomainError);
    expect(() => chooseDecision(answer, OFFERED)).toThrow('accept, acceptWithExecpolicyAmendment, cancel');
  });
});

describe('refusal', () => {
  it('is the mildest that is offered', () => {
    expect(refusal(['accept', 'cancel', 'decline'])).toBe('decline');
    expect(refusal(['accept', 'cancel'])).toBe('cancel');
    expect(refusal(['answer'])).toBe('cancel');
  });
});
