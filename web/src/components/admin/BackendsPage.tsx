import { useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { Backend, BackendTest } from '../../api/types';
import { useBackends } from '../../session/use-backends';
import { Section } from '../shell/Page';
import { Spinner } from '../shell/Spinner';

/** The models on offer, and a real call to each. */
export function BackendsPage() {
  const backends = useBackends();
  return (
    <Section
      title="Backends"
      text="They are described in llm_backends.yaml. A test makes a small call, which may cost money."
    >
      <ul className="divide-y rounded-xl border">
        {backends.map((backend) => (
          <BackendRow key={backend.id} backend={backend} />
        ))}
      </ul>
    </Section>
  );
}

type Outcome = 'running' | BackendTest | { fault: string };

function BackendRow({ backend }: { backend: Backend }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const test = () => {
    setOutcome('running');
    adminApi.testBackend(backend.id).then(setOutcome, (error: unknown) => setOutcome({ fault: describeError(error) }));
  };
  return (
    <li className="grid grid-cols-1 gap-2 px-3 py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-40 flex-1">
          <p className="font-medium break-words">
            {backend.displayName}
            {backend.isDefault && <span className="font-normal text-muted-foreground"> · the default</span>}
          </p>
          <p className="break-all text-muted-foreground">
            {backend.id} · {backend.type} · {backend.model} ·{' '}
            {backend.ready ? (
              <span className="text-success">ready</span>
            ) : (
              <span className="text-warning">no API key</span>
            )}
          </p>
        </div>
        <button
          type="button"
          className="button"
          aria-label={`Test ${backend.displayName}`}
          disabled={outcome === 'running'}
          onClick={test}
        >
          {outcome === 'running' && <Spinner />} Test
        </button>
      </div>
      {outcome && outcome !== 'running' && <Result outcome={outcome} />}
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
    <ul role="status" className="grid gap-1">
      {outcome.deployments.map(({ id, ok, model, durationMs, answer, error }) => (
        <li key={id} className={`break-words ${ok ? 'text-success' : 'text-danger'}`}>
          {ok ? 'Answered' : 'Failed'} in {Math.round(durationMs)} ms · {model}: {ok ? answer : error?.message}
        </li>
      ))}
    </ul>
  );
}
