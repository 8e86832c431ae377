import { adminApi } from '../../api/admin-api';
import type { Pool } from '../../api/types';
import { formatBytes, formatExact } from '../../format/quantities';
import { formatMoment } from '../../format/times';
import { t, type Words, words } from '../../languages/text';

type Instance = Pool['groups'][number]['instances'][number];

interface InstanceRowProps {
  instance: Instance;
  onChange: (run: Promise<Pool>) => void;
  onHistory: () => void;
}

const STATES: Readonly<Record<string, Words>> = {
  starting: words('starting'),
  ready: words('ready'),
  draining: words('draining'),
  stopped: words('stopped'),
  'backing-off': words('waits to start again'),
  quarantined: words('in quarantine'),
};
const COLOURS: Partial<Record<Instance['state'], string>> = { ready: 'text-success', quarantined: 'text-danger' };

/** One app-server: what it does, what it takes, and how it came into its state. */
export function InstanceRow({ instance, onChange, onHistory }: InstanceRowProps) {
  const { id, pid, state, reason, since, retryAt, lastExit } = instance;
  const known = STATES[state];
  const isAway = state === 'quarantined' || pid === null;
  return (
    <li className="grid gap-2 px-3 py-2.5 text-sm">
      <div>
        <p>
          <strong className="font-medium">{id}</strong>{' '}
          <span className={COLOURS[state] ?? 'text-warning'}>{known ? t(known) : state}</span>
          {pid !== null && (
            <span className="text-muted-foreground"> · {t('process {{pid}}', { pid: String(pid) })}</span>
          )}
        </p>
        <p className="break-words text-muted-foreground">{factsOf(instance).join(' · ')}</p>
        <p className="break-words text-muted-foreground">
          {t('since {{time}}: {{reason}}', { time: formatMoment(since), reason })}
        </p>
        {retryAt && <p className="text-warning">{t('is tried again {{time}}', { time: formatMoment(retryAt) })}</p>}
        {lastExit && (
          <p className="break-words text-muted-foreground">{t('Its last process: {{how}}', { how: lastExit })}</p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        {!isAway && (
          <button
            type="button"
            className="button"
            aria-label={t('Drain {{instance}}', { instance: id })}
            onClick={() => onChange(adminApi.instance(id, 'drain'))}
          >
            {t('Drain')}
          </button>
        )}
        <button
          type="button"
          className="button"
          aria-label={isAway ? t('Start {{instance}}', { instance: id }) : t('Restart {{instance}}', { instance: id })}
          onClick={() => onChange(adminApi.instance(id, 'restart'))}
        >
          {state === 'quarantined' ? t('Start it now, out of quarantine') : isAway ? t('Start') : t('Restart')}
        </button>
        <button
          type="button"
          className="button"
          aria-label={t('History of {{instance}}', { instance: id })}
          onClick={onHistory}
        >
          {t('History')}
        </button>
      </div>
    </li>
  );
}

function factsOf({ turns, threads, requestsInFlight, rssBytes, descriptors, restarts }: Instance): string[] {
  return [
    t('{{count}} turns', { count: turns }),
    t('{{count}} threads', { count: threads }),
    t('{{count}} open requests', { count: requestsInFlight }),
    ...(rssBytes === null ? [] : [formatBytes(rssBytes)]),
    ...(descriptors === null ? [] : [t('{{count}} open files', { count: descriptors })]),
    t('{{number}} restarts', { number: formatExact(restarts) }),
  ];
}
