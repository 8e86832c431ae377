import { useCallback, useState } from 'react';
import type { Approval } from '../../api/types';
import { useAccount } from '../../session/account';
import { Icon } from '../shell/Icon';
import { ApprovalQuestions } from './ApprovalQuestions';
import { ApprovalRequest } from './ApprovalRequest';
import { WholeRequest } from './WholeRequest';
import { ApprovalChoices, type Choice } from './ApprovalChoices';
import { decisionLabel } from './decision';
import { useAnswer } from './use-answer';

const TITLES: Record<Approval['kind'], string> = {
  command: 'Run this command?',
  file_change: 'Make these changes?',
  permissions: 'Grant these permissions?',
  user_input: 'The agent asks you',
  elicitation: 'A tool asks you',
  tool_call: 'Let this tool run?',
};

/** A question of the agent to a person. The log tells when any client has answered it. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const isPending = approval.status === 'pending';
  const [isEndSeen, setEndSeen] = useState(false);
  const onEndSeen = useCallback(() => setEndSeen(true), []);
  return (
    <section
      aria-label={TITLES[approval.kind]}
      className={`min-w-0 rounded-xl border px-3.5 py-3 text-sm ${isPending ? 'border-warning/50 bg-warning-soft' : 'bg-card'}`}
    >
      <h3 className="flex items-center gap-2 font-medium">
        <Icon name="shield" className={isPending ? 'text-warning' : 'text-muted-foreground'} />
        {TITLES[approval.kind]}
        {!isPending && <Outcome approval={approval} />}
      </h3>
      <WholeRequest onEndSeen={onEndSeen}>
        <ApprovalRequest approval={approval} />
      </WholeRequest>
      {isPending && <OpenQuestion approval={approval} isEndSeen={isEndSeen} />}
    </section>
  );
}

function Outcome({ approval }: { approval: Approval }) {
  const { status, decision, ruleIds, resolvedBy } = approval;
  const me = useAccount();
  const by = resolvedBy && resolvedBy.id !== me?.id ? ` by ${resolvedBy.displayName}` : '';
  const answered = ruleIds === null ? `Answered${by}` : 'Answered by a rule of this chat';
  const word = status === 'expired' ? 'Expired' : status === 'canceled' ? 'Withdrawn' : answered;
  return (
    <span className="ml-auto text-xs font-normal text-muted-foreground">
      {decision === null || decision === 'answer' ? word : `${word}: ${decisionLabel(decision)}`}
    </span>
  );
}

function OpenQuestion({ approval, isEndSeen }: { approval: Approval; isEndSeen: boolean }) {
  const answer = useAnswer(approval.id);
  return (
    <>
      {approval.kind === 'user_input' ? (
        <ApprovalQuestions
          questions={approval.request.questions}
          isSending={answer.isSending}
          onAnswer={(answers) => answer.send('answer', { answers })}
        />
      ) : null}
      <ApprovalChoices choices={offeredChoices(approval)} answer={answer} isEndSeen={isEndSeen} />
      {!isEndSeen && <p className="mt-2 text-xs text-muted-foreground">Read to the end to allow it.</p>}
      {answer.error && (
        <p role="alert" className="mt-2 text-danger">
          {answer.error}
        </p>
      )}
    </>
  );
}

/** The form has its own button for "answer". Questions of earlier versions of the service have no words for their decisions. */
function offeredChoices({ kind, decisions, choices }: Approval): Choice[] {
  const all = decisions.map((decision, index): Choice => choices[index] ?? { decision, text: '', takesMessage: false });
  return kind === 'user_input' ? all.filter(({ decision }) => decision !== 'answer') : all;
}
