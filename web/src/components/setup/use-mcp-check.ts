import { useCallback, useEffect, useState } from 'react';
import { mcpApi } from '../../api/mcp-api';
import { describeError } from '../../api/problem';
import type { McpServer, McpState } from '../../api/types';

/** One that hangs holds up half a minute; browsers have few connections to a server. */
const AT_A_TIME = 2;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(run: () => Promise<T>): Promise<T> {
  if (running >= AT_A_TIME) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await run();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

export interface McpCheck {
  state: McpState | null;
  /** Why nothing is known of it. */
  error: string | null;
  isBusy: boolean;
  ask: () => void;
}

/** How a server does, as it says when it is asked for its tools. @param isAsked by itself, too, and again when it has changed */
export function useMcpCheck(server: McpServer, isAsked: boolean): McpCheck {
  const [state, setState] = useState<McpState | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(isAsked);
  const [asked, setAsked] = useState(isAsked ? 1 : 0);
  const { id } = server;
  // What its tools depend on.
  const version = JSON.stringify([
    server.url,
    server.auth,
    server.hasBearerToken,
    server.isSignedIn,
    server.enabledTools,
  ]);
  useEffect(() => {
    if (asked === 0) return undefined;
    let isOver = false;
    setBusy(true);
    inTurn(async () => (isOver ? null : mcpApi.check(id)))
      .then(
        (found) => {
          if (isOver || found === null) return;
          setState(found);
          setError(null);
        },
        (cause: unknown) => {
          if (!isOver) setError(describeError(cause));
        },
      )
      .finally(() => {
        if (!isOver) setBusy(false);
      });
    return () => {
      isOver = true;
    };
  }, [id, version, asked]);
  return { state, error, isBusy, ask: useCallback(() => setAsked((before) => before + 1), []) };
}
