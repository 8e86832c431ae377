import type { PlanStep } from '../../api/types';
import { Icon } from '../shell/Icon';
import { Spinner } from '../shell/Spinner';

const STATUS_WORDS = { pending: 'to do', inProgress: 'in progress', completed: 'done' };

export function Plan({ explanation, steps }: { explanation: string | null; steps: readonly PlanStep[] }) {
  const done = steps.filter((step) => step.status === 'completed').length;
  return (
    <section aria-label="Plan" className="rounded-xl border bg-card px-3.5 py-3 text-sm">
      <h3 className="flex items-center gap-2 font-medium">
        <Icon name="list" className="text-muted-foreground" /> Plan
        <span className="ml-auto text-xs font-normal text-muted-foreground">
          {done} of {steps.length}
        </span>
      </h3>
      {explanation && <p className="mt-1.5 text-muted-foreground">{explanation}</p>}
      <ol className="mt-2.5 flex flex-col gap-2">
        {steps.map((step, index) => (
          <li key={index} className="flex gap-2.5">
            <StepMark status={step.status} />
            <span className={step.status === 'completed' ? 'text-muted-foreground' : ''}>
              {step.step}
              <span className="sr-only"> ({STATUS_WORDS[step.status]})</span>
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
