import type { ApprovalRow, Evidence } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { Violation, violation } from './violation';

/** A question is asked once, answered once or withdrawn, and what it is about happens only if it was allowed. */
export function checkApprovals(evidence: Evidence): Violation[] {
  return evidence.database.approvals.flatMap((row) => [
    ...checkEnd(row),
    ...checkLog(row, evidence),
    ...checkAnswers(row, evidence),
    ...checkAllowed(row, evidence),
  ]);
}

function checkEnd({ id, turnId, status }: ApprovalRow): Violation[] {
  return status === 'pending' ? [violation('approval_open', `approval ${id} of turn ${turnId}`)] : [];
}

function checkLog({ id, status, decision }: ApprovalRow, { database }: Evidence): Violation[] {
  const published = database.events.flatMap((event) =>
    (event.type === 'approval.requested' || event.type === 'approval.resolved') && event.data.approval.id === id
      ? [`${event.type} ${event.data.approval.status} ${JSON.stringify(event.data.approval.decision)}`]
      : [],
  );
  const expected = ['approval.requested pending null', `approval.resolved ${status} ${JSON.stringify(decision)}`];
  return published.join() === expected.join()
    ? []
    : [violation('log_differs', `approval ${id}: ${published.join(', ')}`)];
}

function checkAnswers({ id, status, decision }: ApprovalRow, { clients }: Evidence): Violation[] {
  const of = (kind: 'answering' | 'answered') => ofKind(clients, kind).filter(({ approvalId }) => approvalId === id);
  const taken = of('answered').map((entry) => entry.decision);
  const where = `approval ${id} is ${status} ${decision}`;
  if (taken.length > 1 || (taken.length === 1 && (status !== 'resolved' || taken[0] !== decision))) {
    return [violation('approval_changed', `${where}, and was acknowledged as ${taken.join(' and ')}`)];
  }
  const isGiven = status !== 'resolved' || of('answering').some((entry) => entry.decision === decision);
  return isGiven ? [] : [violation('approval_invented', where)];
}

function checkAllowed({ id, turnId, decision }: ApprovalRow, { database, commands }: Evidence): Violation[] {
  const turn = database.turns.find((row) => row.id === turnId);
  if (decision !== 'accept' || turn?.status !== 'completed') return [];
  const asked = database.messages.filter((row) => row.turnId === turnId && row.role === 'user');
  const hasRun = asked.some(({ text }) => tokensIn(text).some((token) => commands.includes(token)));
  return hasRun ? [] : [violation('command_not_run', `of approval ${id}, which turn ${turnId} has completed`)];
}

/** What ran was allowed before, and ran once; also in chats that are deleted. */
export function checkCommands({ clients, database, commands }: Evidence): Violation[] {
  const rows = new Map(database.approvals.map((row) => [row.id, row]));
  const allowed = new Set(
    ofKind(clients, 'answering').flatMap(({ approvalId, decision }) => (decision === 'accept' ? [approvalId] : [])),
  );
  const approvals = new Map<string, string[]>();
  for (const { event } of ofKind(clients, 'event')) {
    if (event.type !== 'approval.requested') continue;
    const { id, request } = event.data.approval;
    for (const token of tokensIn(JSON.stringify(request))) approvals.set(token, [...(approvals.get(token) ?? []), id]);
  }
  const isAllowed = (id: string): boolean => allowed.has(id) && (rows.get(id)?.decision ?? 'accept') === 'accept';
  return [...Map.groupBy(commands, (token) => token)].flatMap(([token, times]) => [
    ...(times.length > 1 ? [violation('command_repeated', `${token} ran ${times.length} times`)] : []),
    ...((approvals.get(token) ?? []).some(isAllowed) ? [] : [violation('command_unapproved', token)]),
  ]);
}
