import { useState } from 'react';
import type { ApprovalChoice } from '../../api/types';
import { decisionKey, decisionLabel, decisionName, isRefusal } from './decision';
import type { AnswerState } from './use-answer';

export type Choice = Pick<ApprovalChoice, 'decision' | 'text' | 'takesMessage'>;

interface ApprovalChoicesProps {
  choices: readonly Choice[];
  answer: AnswerState;
  isEndSeen: boolean;
}

/** What may be decided, each with what it comes to. */
export function ApprovalChoices({ choices, answer, isEndSeen }: ApprovalChoicesProps) {
  const [message, setMessage] = useState('');
  if (choices.length === 0) return null;
  const first = choices.find(({ decision }) => !isRefusal(decision));
  const words = message.trim();
  const send = ({ decision, takesMessage }: Choice): void =>
    answer.send(decision, takesMessage && words !== '' ? { message: words } : {});
  return (
    <div className="mt-3 flex flex-col gap-2">
      {choices.map((choice) => (
        <div
          key={decisionKey(choice.decision)}
          className="flex flex-col items-start gap-x-3 gap-y-1 sm:flex-row sm:items-center"
        >
          <button
            type="button"
            disabled={answer.isSending || (!isEndSeen && !isRefusal(choice.decision))}
            className={`button max-w-full shrink-0 sm:w-56 ${choice === first ? 'button-primary' : ''}`}
            title={typeof choice.decision === 'string' ? undefined : JSON.stringify(choice.decision)}
            onClick={() => send(choice)}
          >
            {choice.text === '' ? decisionLabel(choice.decision) : decisionName(choice.decision)}
          </button>
          {/* With the words of its rule, in which nothing is hidden. */}
          <p className="min-w-0 text-xs break-words text-muted-foreground">{choice.text}</p>
        </div>
      ))}
      {choices.some(({ takesMessage }) => takesMessage) && (
        <input
          type="text"
          aria-label="A word to the agent when you decline"
          placeholder="Why you decline (optional)"
          className="w-full rounded-lg border bg-background px-2.5 py-1.5 text-base outline-none focus:border-ring sm:text-sm"
          value={message}
          onChange={(event) => setMessage(event.target.value)}
        />
      )}
    </div>
  );
}
