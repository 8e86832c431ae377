import type { FormEvent } from 'react';
import type { Answers, Question } from '../../api/types';
import { Visible } from '../code/Visible';
import { t } from '../../languages/text';

interface ApprovalQuestionsProps {
  questions: Question[];
  isSending: boolean;
  /** Called with what is typed so far. */
  onWritten: (words: string) => void;
  onAnswer: (answers: Answers) => void;
}

/** The agent's questions as a form: one of the offered options, or words of one's own. */
export function ApprovalQuestions({ questions, isSending, onWritten, onAnswer }: ApprovalQuestionsProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onAnswer(Object.fromEntries(questions.map(({ id }) => [id, answersTo(form, id)])));
  };
  return (
    <form
      onSubmit={submit}
      onInput={({ currentTarget }) => onWritten(writtenIn(new FormData(currentTarget), questions))}
      className="mt-2 flex flex-col gap-4"
    >
      {questions.map((question) => (
        <QuestionField key={question.id} question={question} />
      ))}
      <button className="button button-primary self-start" disabled={isSending}>
        {t('Answer')}
      </button>
    </form>
  );
}

function QuestionField({ question }: { question: Question }) {
  const { id, header, options } = question;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5">
        {header && (
          <span className="me-2 text-xs font-medium text-muted-foreground uppercase">
            <Visible text={header} />
          </span>
        )}
        <bdi>
          <Visible text={question.question} />
        </bdi>
      </legend>
      {options?.map((option) => (
        <label key={option.label} className="flex cursor-pointer gap-2.5 rounded-lg border bg-background px-3 py-2">
          <input type="radio" name={optionName(id)} value={option.label} className="mt-1 accent-primary" />
          <span dir="auto">
            <Visible text={option.label} />
            {option.description && (
              <span className="block text-xs text-muted-foreground">
                <Visible text={option.description} />
              </span>
            )}
          </span>
        </label>
      ))}
      <input
        name={textName(id)}
        dir="auto"
        type={question.isSecret ? 'password' : 'text'}
        autoComplete="off"
        aria-label={t('Your own answer: {{question}}', { question: question.question })}
        placeholder={options ? t('Or answer in your own words') : t('Your answer')}
        required={!options}
        className="rounded-lg border bg-background px-3 py-2 text-base sm:text-sm"
      />
    </fieldset>
  );
}

/** Words of one's own count for more than an option. */
function answersTo(form: FormData, questionId: string): string[] {
  const given = [form.get(textName(questionId)), form.get(optionName(questionId))];
  const answer = given.find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof answer === 'string' ? [answer.trim()] : [];
}

/** Words of one's own, but for secrets. */
function writtenIn(form: FormData, questions: readonly Question[]): string {
  const written = questions.flatMap(({ id, isSecret }) => {
    const words = isSecret ? null : form.get(textName(id));
    return typeof words === 'string' && words.trim() !== '' ? [words] : [];
  });
  return written.join('\n');
}

function optionName(questionId: string): string {
  return `${questionId}:option`;
}

function textName(questionId: string): string {
  return `${questionId}:text`;
}
