import type { PlanStep } from '../../api/types';
import { Visible } from '../code/Visible';
import { Icon } from '../shell/Icon';
import { Spinner } from '../shell/Spinner';
import { t, words } from '../../languages/text';

const STATUS_WORDS = { pending: words('to do'), inProgress: words('in progress'), completed: words('done') };

export function Plan({ explanation, steps }: { explanation: string | null; steps: readonly PlanStep[] }) {
  const done = steps.filter((step) => step.status === 'completed').length;
  return (
    <section aria-label={t('Plan')} className="rounded-xl border bg-card px-3.5 py-3 text-sm">
      <h2 className="flex items-center gap-2 font-medium">
        <Icon name="list" className="text-muted-foreground" /> {t('Plan')}
        <span className="ms-auto text-xs font-normal text-muted-foreground">
          {t('{{used}} of {{maximum}}', { used: done, maximum: steps.length })}
        </span>
      </h2>
      {explanation && (
        <p dir="auto" className="mt-1.5 text-muted-foreground">
          <Visible text={explanation} />
        </p>
      )}
      <ol className="mt-2.5 flex flex-col gap-2">
        {steps.map((step, index) => (
          <li key={index} className="flex gap-2.5">
            <StepMark status={step.status} />
            <span dir="auto" className={step.status === 'completed' ? 'text-muted-foreground' : ''}>
              <Visible text={step.step} />
              <span className="sr-only"> ({t(STATUS_WORDS[step.status])})</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function StepMark({ status }: { status: PlanStep['status'] }) {
  return (
    <span className="grid h-5 w-4 shrink-0 place-items-center">
      {status === 'completed' && <Icon name="check" size={15} className="text-success" />}
      {status === 'inProgress' && <Spinner size={13} />}
      {status === 'pending' && <span className="size-3 rounded-full border-2" />}
    </span>
  );
}
