import { useEffect, useState } from 'react';
import { adminApi } from '../../api/admin-api';

const PAGE = 500;
const MOST_PAGES = 10;

/** Names of the gateway keys, by their ids; without them a key is shown by its id. */
export function useKeyNames(): ReadonlyMap<string, string> {
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    let isLeft = false;
    void readNames().then(
      (read) => isLeft || setNames(read),
      () => undefined,
    );
    return () => {
      isLeft = true;
    };
  }, []);
  return names;
}

async function readNames(): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  let cursor: string | null | undefined;
  for (let page = 0; page < MOST_PAGES && cursor !== null; page++) {
    const { data, nextCursor } = await adminApi.keys({ limit: PAGE, cursor });
    for (const { id, name } of data) names.set(id, name);
    cursor = nextCursor;
  }
  return names;
}
