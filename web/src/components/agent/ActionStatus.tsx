import type { AgentAction } from '../../api/types';
import { Icon } from '../shell/Icon';
import { Spinner } from '../shell/Spinner';
import { t, words } from '../../languages/text';

const ENDED_BADLY = { failed: words('Failed'), declined: words('Declined'), interrupted: words('Stopped') };

interface ActionStatusProps {
  status: AgentAction['status'];
  /** A person has to allow it first. */
  isWaiting?: boolean;
}

/** How a step stands, at the end of its line. */
export function ActionStatus({ status, isWaiting }: ActionStatusProps) {
  if (isWaiting) {
    return (
      <span className="rounded-md bg-warning-soft px-1.5 py-0.5 text-xs font-medium whitespace-nowrap text-warning">
        {t('Waiting')}
      </span>
    );
  }
  if (status === 'running') {
    return (
      <span className="flex items-center gap-1.5 text-xs text-muted-foreground">
        <Spinner size={12} />
        <span className="sr-only">{t('Running')}</span>
      </span>
    );
  }
  if (status === 'completed') {
    return (
      <span className="text-success">
        <Icon name="check" size={15} />
        <span className="sr-only">{t('Done')}</span>
      </span>
    );
  }
  const colours = status === 'failed' ? 'bg-danger-soft text-danger' : 'bg-warning-soft text-warning';
  return <span className={`rounded-md px-1.5 py-0.5 text-xs font-medium ${colours}`}>{t(ENDED_BADLY[status])}</span>;
}
