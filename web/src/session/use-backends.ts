import { useEffect, useState } from 'react';
import { relayApi } from '../api/relay-api';
import type { Backend } from '../api/types';

/** The model backends on offer; empty until known, and then the server's default is used. */
export function useBackends(): readonly Backend[] {
  const [backends, setBackends] = useState<readonly Backend[]>([]);
  useEffect(() => {
    relayApi.listBackends().then(setBackends, () => setBackends([]));
  }, []);
  return backends;
}
