import { useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { AdminBackends, BackendTest } from '../../api/types';
import { formatDuration } from '../../format/quantities';
import { formatMoment } from '../../format/times';
import { t, type Words, words } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { Section } from '../shell/Page';
import { Read } from '../shell/ReadState';
import { Spinner } from '../shell/Spinner';

const POLL_MS = 10_000;

type Backend = AdminBackends['data'][number];
type Deployment = Backend['deployments'][number];

const readBackends = () => adminApi.backends();

/** The models on offer with their health, and a real call to each. */
export function BackendsPage() {
  const reading = useReading<AdminBackends>(readBackends, POLL_MS);
  return (
    <Section
      title={t('Backends')}
      text={t('They are described in llm_backends.yaml. A test makes a small call, which may cost money.')}
      aside={
        <button type="button" className="button" onClick={() => reading.change(adminApi.reloadBackends())}>
          {t('Read the file again')}
        </button>
      }
    >
      <Read reading={reading}>
        {({ data, readAt, fault }) => (
          <>
            {fault && !reading.error && (
              <div role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
                <p>{t('The file has a mistake; what was in force before stays:')}</p>
                <p dir="ltr" className="break-words">
                  {fault}
                </p>
              </div>
            )}
            <p className="text-sm text-muted-foreground">{t('Read {{time}}', { time: formatMoment(readAt) })}</p>
            <ul className="divide-y rounded-xl border">
              {data.map((backend) => (
                <BackendRow key={backend.id} backend={backend} onTested={reading.reload} />
              ))}
            </ul>
          </>
        )}
      </Read>
    </Section>
  );
}

type Outcome = 'running' | BackendTest | { fault: string };

function BackendRow({ backend, onTested }: { backend: Backend; onTested: () => void }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const { id, type, displayName, model, models, isDefault, ready, notReadyReason, fallbacks, maxConcurrency } = backend;
  const test = () => {
    setOutcome('running');
    void adminApi
      .testBackend(id)
      .then(setOutcome, (error: unknown) => setOutcome({ fault: describeError(error) }))
      .then(onTested);
  };
  return (
    <li className="grid grid-cols-1 gap-2 px-3 py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-40 flex-1">
          <p className="font-medium break-words">
            {displayName}
            {isDefault && <span className="font-normal text-muted-foreground"> · {t('the default')}</span>}
          </p>
          <p className="break-words text-muted-foreground">
            {[id, type, model].join(' · ')}
            {' · '}
            {ready ? (
              <span className="text-success">{t('ready')}</span>
            ) : (
              <span className="text-warning">{notReadyReason ?? t('no API key')}</span>
            )}
          </p>
          {models.length > 0 && (
            <p className="break-words text-muted-foreground">
              {t('More models: {{models}}', { models: models.join(', ') })}
            </p>
          )}
          {fallbacks.length > 0 && (
            <p className="break-words text-muted-foreground">
              {t('When it cannot answer: {{backends}}', { backends: fallbacks.join(' → ') })}
            </p>
          )}
          {maxConcurrency !== null && (
            <p className="text-muted-foreground">{t('At most {{count}} calls at once', { count: maxConcurrency })}</p>
          )}
        </div>
        <button
          type="button"
          className="button"
          aria-label={t('Test {{backend}}', { backend: displayName })}
          disabled={outcome === 'running'}
          onClick={test}
        >
          {outcome === 'running' && <Spinner />} {t('Test')}
        </button>
      </div>
      <ul className="grid gap-1">
        {backend.deployments.map((deployment) => (
          <DeploymentLine key={deployment.id} deployment={deployment} />
        ))}
      </ul>
      {outcome && outcome !== 'running' && <Result outcome={outcome} />}
    </li>
  );
}

const STATES: Record<Deployment['state'], { text: Words; colour: string }> = {
  ready: { text: words('works'), colour: 'text-success' },
  resting: { text: words('rests, others go first'), colour: 'text-warning' },
  out: { text: words('left alone after failures in a row'), colour: 'text-danger' },
  no_key: { text: words('its key is not set'), colour: 'text-warning' },
};

function DeploymentLine({ deployment }: { deployment: Deployment }) {
  const { id, baseUrl, state, failuresInARow, lastFailure } = deployment;
  const isFailing = state === 'ready' && failuresInARow > 0;
  return (
    <li className="break-words text-muted-foreground">
      <span dir="ltr">{[id, baseUrl].filter(Boolean).join(' · ')}</span>
      {': '}
      {isFailing ? (
        <span className="text-warning">{t('{{count}} failures in a row', { count: failuresInARow })}</span>
      ) : (
        <span className={STATES[state].colour}>{t(STATES[state].text)}</span>
      )}
      {lastFailure && <span className="block">{t('The last failure: {{failure}}', { failure: lastFailure })}</span>}
    </li>
  );
}

function Result({ outcome }: { outcome: BackendTest | { fault: string } }) {
  if ('fault' in outcome) {
    return (
      <p role="alert" className="text-danger">
        {outcome.fault}
      </p>
    );
  }
  return (
    <ul aria-live="polite" className="grid gap-1">
      {outcome.deployments.map(({ id, ok, model, durationMs, answer, error }) => (
        <li key={id} className={`break-words ${ok ? 'text-success' : 'text-danger'}`}>
          {ok
            ? t('Answered in {{time}}', { time: formatDuration(durationMs) })
            : t('Failed after {{time}}', { time: formatDuration(durationMs) })}
          {' · '}
          {model}: {ok ? answer : error?.message}
        </li>
      ))}
    </ul>
  );
}
