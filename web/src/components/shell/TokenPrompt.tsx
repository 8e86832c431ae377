import { type FormEvent, useEffect, useRef, useState } from 'react';
import { UNAUTHORIZED_EVENT } from '../../api/request';

/** Shown over the page once the server has asked for an access token: the cookie has expired, or there is another token. */
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
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void signIn(new FormData(event.currentTarget).get('token'));
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby="token-title"
      // Nothing on the page works without a token. Browsers let Escape close a dialog whatever its cancel event says.
      onClose={() => dialog.current?.showModal()}
      className="m-auto w-[min(24rem,calc(100vw-2rem))] rounded-2xl border bg-background p-5 text-foreground shadow-xl backdrop:bg-background/90"
    >
      <form onSubmit={submit}>
        <h2 id="token-title" className="font-semibold">
          Access token
        </h2>
        <p className="mt-1 text-sm text-muted-foreground">
          This server asks who you are. It is shown when the service starts.
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
    </dialog>
  );
}

/** Answered with a cookie that no script can read. Everything on the page was loaded, or refused, without it. */
async function signIn(token: FormDataEntryValue | null): Promise<void> {
  const body = new URLSearchParams({ token: typeof token === 'string' ? token : '' });
  await fetch('sign-in', { method: 'POST', body, redirect: 'manual' }).catch(() => undefined);
  window.location.reload();
}
