import { type FormEvent, useEffect, useState } from 'react';
import { saveAccessToken } from '../../api/access-token';
import { UNAUTHORIZED_EVENT } from '../../api/request';

/** Shown over the page once the server has asked for an access token; stays away where authentication is off. */
export function TokenPrompt() {
  const [isNeeded, setNeeded] = useState(false);
  useEffect(() => {
    const ask = () => setNeeded(true);
    window.addEventListener(UNAUTHORIZED_EVENT, ask);
    return () => window.removeEventListener(UNAUTHORIZED_EVENT, ask);
  }, []);
  return isNeeded ? <TokenForm /> : null;
}

function TokenForm() {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token');
    if (typeof token !== 'string') return;
    saveAccessToken(token);
    // Everything on the page was loaded, or refused, without it.
    window.location.reload();
  };
  return (
    <div className="fixed inset-0 z-50 grid place-items-center bg-background/90 p-4">
      <form onSubmit={submit} className="w-full max-w-sm rounded-2xl border bg-card p-5 shadow-lg">
        <h2 className="font-semibold">Access token</h2>
        <p className="mt-1 text-sm text-muted-foreground">
          This server asks who you are. The token stays in this browser.
        </p>
        <input
          name="token"
          type="password"
          required
          autoFocus
          autoComplete="off"
          aria-label="Access token"
          className="mt-4 w-full rounded-lg border bg-background px-3 py-2 text-base sm:text-sm"
        />
        <button className="button button-primary mt-4 w-full">Continue</button>
      </form>
    </div>
  );
}
