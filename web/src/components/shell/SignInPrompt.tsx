import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { askForSignIn, SIGN_IN_NEEDED_EVENT, signIn, signInMethod, type SignInMethod } from '../../api/sign-in';
import type { RelaySocket } from '../../log/relay-socket';
import { t } from '../../languages/text';

/**
 * Shown over the page once the server says that nobody is signed in any more. The page is loaded anew afterwards, at the same
 * chat, with what was typed in it.
 */
export function SignInPrompt({ socket }: { socket: RelaySocket }) {
  const [method, setMethod] = useState<SignInMethod | null>(null);
  useEffect(() => {
    const ask = () => void signInMethod().then(setMethod);
    const onRefused = (error: Error & { data?: { code?: string } }) => {
      if (error.data?.code === 'unauthenticated') askForSignIn();
    };
    window.addEventListener(SIGN_IN_NEEDED_EVENT, ask);
    socket.on('session:ended', askForSignIn);
    socket.on('connect_error', onRefused);
    return () => {
      window.removeEventListener(SIGN_IN_NEEDED_EVENT, ask);
      socket.off('session:ended', askForSignIn);
      socket.off('connect_error', onRefused);
    };
  }, [socket]);
  return method && <SignInDialog method={method} />;
}

function SignInDialog({ method }: { method: SignInMethod }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="sign-in-title"
      // Nothing on the page works before. Browsers let Escape close a dialog whatever its cancel event says.
      onClose={() => dialog.current?.showModal()}
      className="m-auto w-[min(24rem,calc(100vw-2rem))] rounded-2xl border bg-background p-5 text-foreground shadow-xl backdrop:bg-background/90"
    >
      {method.method === 'OIDC' ? <ProviderLink name={method.provider} /> : <SignInForm method={method.method} />}
    </dialog>
  );
}

function ProviderLink({ name }: { name: string | null }) {
  const back = encodeURIComponent(`/${window.location.hash}`);
  return (
    <>
      <Title text={t('You are signed out')}>{t('What you have typed is kept.')}</Title>
      <a href={`sign-in/oidc?return=${back}`} className="button button-primary mt-4 w-full">
        {t('Sign in with {{provider}}', { provider: name ?? t('the identity provider') })}
      </a>
    </>
  );
}

function SignInForm({ method }: { method: string }) {
  const [fault, setFault] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const texts = [...fields].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
    void signIn(new URLSearchParams(texts), method).then(setFault);
  };
  return (
    <form onSubmit={submit}>
      <Title text={method === 'Local' ? t('Sign in') : t('Access token')}>
        {method === 'Token'
          ? t('This server asks who you are. It is shown when the service starts.')
          : t('You are signed out. What you have typed is kept.')}
      </Title>
      {fault && (
        <p role="alert" className="mt-3 text-sm text-danger">
          {fault}
        </p>
      )}
      {method === 'Local' ? (
        <>
          <Field name="login" label={t('Account name')} autoComplete="username" autoFocus />
          <Field name="password" label={t('Password')} type="password" autoComplete="current-password" />
        </>
      ) : (
        <Field name="token" label={t('Access token')} type="password" autoComplete="off" autoFocus />
      )}
      <button className="button button-primary mt-4 w-full">{t('Continue')}</button>
    </form>
  );
}

function Title({ text, children }: { text: string; children: ReactNode }) {
  return (
    <>
      <h2 id="sign-in-title" className="font-semibold">
        {text}
      </h2>
      <p className="mt-1 text-sm text-muted-foreground">{children}</p>
    </>
  );
}

interface FieldProps {
  name: string;
  label: string;
  type?: 'text' | 'password';
  autoComplete: string;
  autoFocus?: boolean;
}

function Field({ name, label, type = 'text', autoComplete, autoFocus }: FieldProps) {
  return (
    <label className="mt-4 block text-sm font-medium">
      {label}
      <input
        {...{ name, type, autoComplete, autoFocus }}
        required
        aria-label={label}
        className="mt-1 w-full rounded-lg border bg-background px-3 py-2 text-base font-normal sm:text-sm"
      />
    </label>
  );
}
