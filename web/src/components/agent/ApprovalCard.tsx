import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { Approval } from '../../api/types';
import { accountHash } from '../../browser/hash-route';
import { useAccount } from '../../session/account';
import { KeptText } from '../composer/KeptDraft';
import { useMayWrite } from '../thread/chat-actions';
import { Trans } from '../../languages/Trans';
import { Icon } from '../shell/Icon';
import { ApprovalQuestions } from './ApprovalQuestions';
import { ApprovalRequest } from './ApprovalRequest';
import { subjectOf } from './approval-subject';
import { Visible } from '../code/Visible';
import { MarkedText } from './MarkedText';
import { WholeRequest } from './WholeRequest';
import { ApprovalChoices, type Choice } from './ApprovalChoices';
import { decisionName } from './decision';
import { type AnswerState, useAnswer } from './use-answer';
import { t, type Words, words } from '../../languages/text';

const TITLES: Record<Approval['kind'], Words> = {
  command: words('Run this command?'),
  file_change: words('Make these changes?'),
  permissions: words('Grant these permissions?'),
  user_input: words('The agent asks you'),
  elicitation: words('A tool asks you'),
  tool_call: words('Let this tool run?'),
};

/** A question of the agent to a person. The log tells when any client has answered it. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const [isEndSeen, setEndSeen] = useState(false);
  const onEndSeen = useCallback(() => setEndSeen(true), []);
  const mayAnswer = useMayWrite();
  const answer = useAnswer(approval.id);
  const [written, setWritten] = useState<Written>({ answers: '', reason: '' });
  if (approval.status !== 'pending') {
    return (
      <>
        <AnsweredQuestion approval={approval} isAnsweredHere={answer.isSending} />
        {/* Somebody else was faster, or nobody is asked any more: it is not thrown away. */}
        {!answer.isGiven && <KeptText text={[written.answers, written.reason].filter(Boolean).join('\n')} />}
      </>
    );
  }
  return (
    <section
      aria-label={t(TITLES[approval.kind])}
      className="min-w-0 rounded-xl border border-warning/50 bg-warning-soft px-3.5 py-3 text-sm"
    >
      <h2 className="flex items-center gap-2 font-medium">
        <Icon name="shield" className="text-warning" />
        {t(TITLES[approval.kind])}
      </h2>
      <WholeRequest onEndSeen={onEndSeen}>
        <ApprovalRequest approval={approval} isAskedByForm={mayAnswer} />
      </WholeRequest>
      {mayAnswer ? (
        <OpenQuestion {...{ approval, answer, isEndSeen, written }} onWritten={setWritten} />
      ) : (
        <p className="mt-2 text-xs text-muted-foreground">{t('Somebody who may write here decides it.')}</p>
      )}
    </section>
  );
}

/** What is typed in an open question. */
interface Written {
  readonly answers: string;
  /** Of a refusal. */
  readonly reason: string;
}

/**
 * What was answered, and by whom, as one line; all that was asked is behind it. Where it was answered, the line has the focus that its
 * buttons had.
 */
function AnsweredQuestion({ approval, isAnsweredHere }: { approval: Approval; isAnsweredHere: boolean }) {
  const subject = subjectOf(approval);
  const line = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (isAnsweredHere && document.activeElement === document.body) line.current?.focus({ preventScroll: true });
  }, [isAnsweredHere]);
  return (
    <section aria-label={t(TITLES[approval.kind])} className="min-w-0 text-sm text-muted-foreground">
      <details className="group min-w-0">
        <summary ref={line} className="flex items-center gap-2 rounded-md py-0.5 hover:text-foreground">
          <Icon
            name="chevron"
            size={14}
            className="transition-transform group-open:rotate-90 rtl:-scale-x-100 rtl:group-open:-rotate-90"
          />
          <Icon name="shield" size={14} />
          <Outcome approval={approval} />
          {subject !== null && (
            <span className="min-w-0 truncate font-mono text-[0.8125rem]" dir="ltr">
              {typeof subject === 'string' ? <Visible text={subject} /> : <MarkedText value={subject} />}
            </span>
          )}
        </summary>
        <div className="mt-1.5 ms-1.5 min-w-0 border-s-2 ps-3.5">
          <h2 className="font-medium">{t(TITLES[approval.kind])}</h2>
          {approval.ruleIds !== null && (
            <p className="mt-1.5">
              <Trans
                text="A rule that somebody has made allows it without asking. Your own are kept under <a>Account</a>."
                parts={{ a: <a href={accountHash('rules')} className="text-primary underline underline-offset-2" /> }}
              />
            </p>
          )}
          <ApprovalRequest approval={approval} />
        </div>
      </details>
    </section>
  );
}

function Outcome({ approval }: { approval: Approval }) {
  const { status, decision, ruleIds, resolvedBy } = approval;
  const me = useAccount();
  const by = resolvedBy && resolvedBy.id !== me?.id ? resolvedBy.displayName : null;
  const byPerson = by === null ? t('Answered') : t('Answered by {{name}}', { name: by });
  const answered = ruleIds === null ? byPerson : t('Answered by a rule of this chat');
  const word = status === 'expired' ? t('Expired') : status === 'canceled' ? t('Withdrawn') : answered;
  return (
    <span className="text-xs whitespace-nowrap">
      {decision === null || decision === 'answer' ? word : `${word}: ${decisionName(decision)}`}
    </span>
  );
}

interface OpenQuestionProps {
  approval: Approval;
  answer: AnswerState;
  isEndSeen: boolean;
  written: Written;
  onWritten: (written: Written) => void;
}

function OpenQuestion({ approval, answer, isEndSeen, written, onWritten }: OpenQuestionProps) {
  return (
    <>
      {approval.kind === 'user_input' ? (
        <ApprovalQuestions
          questions={approval.request.questions}
          isSending={answer.isSending}
          onWritten={(answers) => onWritten({ ...written, answers })}
          onAnswer={(answers) => answer.send('answer', { answers })}
        />
      ) : null}
      <ApprovalChoices
        choices={offeredChoices(approval)}
        grant={approval.kind === 'command' ? approval.request.grants?.text : undefined}
        answer={answer}
        isEndSeen={isEndSeen}
        message={written.reason}
        onMessage={(reason) => onWritten({ ...written, reason })}
      />
      {!isEndSeen && <p className="mt-2 text-xs text-muted-foreground">{t('Read to the end to allow it.')}</p>}
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
  const all = decisions.map(
    (decision, index): Choice => choices[index] ?? { decision, rule: null, text: '', takesMessage: false },
  );
  return kind === 'user_input' ? all.filter(({ decision }) => decision !== 'answer') : all;
}
