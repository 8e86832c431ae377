import { useEffect, useState } from 'react';
import { relayApi } from '../api/relay-api';
import type { Backend } from '../api/types';

/** The backend of that id, or else the one that a new chat should use: the server's default, where that can answer. */
export function chosenBackend(backends: readonly Backend[], id: string | null): Backend | undefined {
  if (id !== null) return backends.find((backend) => backend.id === id);
  const preferred = backends.find((backend) => backend.isDefault);
  return preferred?.ready ? preferred : (backends.find((backend) => backend.ready) ?? preferred);
}

/** A server that does not say what a backend takes is taken to allow it. */
export function acceptsImages(backend: Backend | undefined): boolean {
  return backend?.inputModalities.includes('image') ?? true;
}

/** The model backends on offer; null until known. Empty when the server does not tell: its default is used then. */
export function useBackends(): readonly Backend[] | null {
  const [backends, setBackends] = useState<readonly Backend[] | null>(null);
  useEffect(() => {
    relayApi.listBackends().then(setBackends, () => setBackends([]));
  }, []);
  return backends;
}
