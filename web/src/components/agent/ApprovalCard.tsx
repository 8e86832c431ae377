import { useCallback, useState } from 'react';
import type { Approval, Decision } from '../../api/types';
import { useAccount } from '../../session/account';
import { Icon } from '../shell/Icon';
import { ApprovalQuestions } from './ApprovalQuestions';
import { ApprovalRequest } from './ApprovalRequest';
import { WholeRequest } from './WholeRequest';
import { decisionKey, decisionLabel, isRefusal } from './decision';
import { type AnswerState, useAnswer } from './use-answer';

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
          onAnswer={(answers) => answer.send('answer', answers)}
        />
      ) : null}
      <DecisionButtons decisions={offeredButtons(approval)} answer={answer} isEndSeen={isEndSeen} />
      {!isEndSeen && <p className="mt-2 text-xs text-muted-foreground">Read to the end to allow it.</p>}
      {answer.error && (
        <p role="alert" className="mt-2 text-danger">
          {answer.error}
        </p>
      )}
    </>
  );
}

/** The form has its own button for "answer". */
function offeredButtons(approval: Approval): Decision[] {
  if (approval.kind !== 'user_input') return approval.decisions;
  return approval.decisions.filter((decision) => decision !== 'answer');
}

interface DecisionButtonsProps {
  decisions: Decision[];
  answer: AnswerState;
  isEndSeen: boolean;
}

function DecisionButtons({ decisions, answer, isEndSeen }: DecisionButtonsProps) {
  if (decisions.length === 0) return null;
  const first = decisions.find((decision) => !isRefusal(decision));
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {decisions.map((decision) => (
        <button
          key={decisionKey(decision)}
          type="button"
          disabled={answer.isSending || (!isEndSeen && !isRefusal(decision))}
          className={`button ${decision === first ? 'button-primary' : ''}`}
          title={typeof decision === 'string' ? undefined : JSON.stringify(decision)}
          onClick={() => answer.send(decision)}
        >
          {decisionLabel(decision)}
        </button>
      ))}
    </div>
  );
}
