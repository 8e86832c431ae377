import { useCallback, useEffect, useState } from 'react';
import { accountApi } from '../../api/account-api';
import type { BrowserSession } from '../../api/types';

/** The browsers in which one is signed in; each can be signed out. */
export function Sessions({ onFault }: { onFault: (cause: unknown) => void }) {
  const [sessions, setSessions] = useState<BrowserSession[]>([]);
  const load = useCallback(() => void accountApi.sessions().then(setSessions, onFault), [onFault]);
  useEffect(load, [load]);
  const end = (id: string) => void accountApi.endSession(id).then(load, onFault);
  return (
    <section aria-labelledby="sessions-title">
      <h2 id="sessions-title" className="font-semibold">
        Browsers
      </h2>
      <ul className="mt-2 divide-y rounded-xl border">
        {sessions.map((session) => (
          <li key={session.id} className="flex items-center gap-3 px-3 py-2.5">
            <div className="min-w-0 flex-1 text-sm">
              <p className="truncate" title={session.userAgent}>
                {browserName(session.userAgent)}
                {session.isCurrent && <strong className="ml-2 font-medium text-success">this one</strong>}
              </p>
              <p className="text-muted-foreground">
                {session.address} · last used {new Date(session.lastUsedAt).toLocaleString()}
              </p>
            </div>
            {!session.isCurrent && (
              <button type="button" className="button" onClick={() => end(session.id)}>
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The usual ones by name; all of them say that they are Mozilla. */
function browserName(agent: string): string {
  const name = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((each) => agent.includes(each));
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS', 'Linux'].find((each) => agent.includes(each));
  const known = { Edg: 'Edge', OPR: 'Opera' }[name ?? ''] ?? name;
  return known ? [known, system].filter(Boolean).join(' on ') : agent || 'A browser without a name';
}
