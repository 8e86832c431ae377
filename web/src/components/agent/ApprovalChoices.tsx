import type { ApprovalChoice } from '../../api/types';
import { Visible } from '../code/Visible';
import { choiceInWords } from './choice-words';
import { decisionKey, decisionLabel, decisionName, isRefusal } from './decision';
import type { AnswerState } from './use-answer';
import { t } from '../../languages/text';

export type Choice = Pick<ApprovalChoice, 'decision' | 'rule' | 'text' | 'takesMessage'>;

interface ApprovalChoicesProps {
  choices: readonly Choice[];
  /** How the command runs that is asked for, in the service's words. */
  grant?: string;
  answer: AnswerState;
  isEndSeen: boolean;
  /** What goes with a refusal. */
  message: string;
  onMessage: (message: string) => void;
}

/** What may be decided, each with what it comes to. */
export function ApprovalChoices({ choices, grant, answer, isEndSeen, message, onMessage }: ApprovalChoicesProps) {
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
            onClick={() => send(choice)}
          >
            <Visible text={choice.text === '' ? decisionLabel(choice.decision) : decisionName(choice.decision)} />
          </button>
          {/* With the words of its rule, in which nothing is hidden. */}
          <p className="min-w-0 text-xs break-words text-muted-foreground">
            <bdi>
              <Visible text={choiceInWords(choice, grant)} />
            </bdi>
          </p>
        </div>
      ))}
      {choices.some(({ takesMessage }) => takesMessage) && (
        <input
          type="text"
          dir="auto"
          aria-label={t('A word to the agent when you decline')}
          placeholder={t('Why you decline (optional)')}
          className="w-full rounded-lg border bg-background px-2.5 py-1.5 text-base outline-none focus:border-ring sm:text-sm"
          value={message}
          onChange={(event) => onMessage(event.target.value)}
        />
      )}
    </div>
  );
}
