import { hashSource, pagePolicy } from '../../common/security-headers';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: light-dark(#d4d4d8, #3f3f46);
  --muted: light-dark(#5f5f68, #a1a1aa); --page: light-dark(#fafafa, #09090b); --card: light-dark(#fff, #18181b);
  --action: light-dark(#18181b, #fafafa); --on-action: light-dark(#fff, #18181b); --fault: light-dark(#b91c1c, #fca5a5) }
* { box-sizing: border-box }
body { display: grid; min-height: 100dvh; margin: 0; padding: 1rem; place-items: center; background: var(--page) }
main { width: min(24rem, 100%); padding: 2rem 1.5rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card) }
h1 { margin: 0 0 .25rem; font-size: 1.25rem }
p { margin: .25rem 0 0; color: var(--muted); font-size: .9rem; overflow-wrap: anywhere }
p[role=alert] { color: var(--fault) }
form { display: grid; gap: .4rem; margin-top: 1.25rem }
label { margin-top: .5rem; font-size: .9rem; font-weight: 550 }
input { width: 100%; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: .6rem; background: transparent; color: inherit; font: inherit }
button, a.button { display: block; width: 100%; margin-top: 1rem; padding: .65rem; border: 0; border-radius: .6rem; background: var(--action);
  color: var(--on-action); font: inherit; font-weight: 550; text-align: center; text-decoration: none; cursor: pointer }
:focus-visible { outline: 2px solid #3b82f6; outline-offset: 2px }
`;

/** The address of a chat is behind the #, which browsers do not send. */
const SCRIPT = `
const { hash } = location;
for (const field of document.querySelectorAll('input[name=return]')) field.value += hash;
for (const link of document.querySelectorAll('a.button')) link.href += encodeURIComponent(hash);
`;

/** What the pages may do: they send their form to us, and have a style and a script of their own. */
export const SIGN_IN_PAGE_POLICY = pagePolicy({
  scriptSrc: [hashSource(SCRIPT)],
  styleSrc: [hashSource(STYLE)],
  imgSrc: ["'self'"],
  formAction: ["'self'"],
});

/** What a page shows; texts as they are, not encoded. */
export interface SignInView {
  readonly basePath: string;
  /** Where the browser goes afterwards, a path of ours. */
  readonly returnTo: string;
  readonly fault?: string;
  /** What was filled in before. */
  readonly login?: string;
}

/** Asks for account name and password. */
export const passwordPage = (view: SignInView): string =>
  page('Sign in', view, [
    `<form method="post" action="${encoded(`${view.basePath}/sign-in`)}">`,
    hidden('return', view.returnTo),
    field({ name: 'login', label: 'Account name', autocomplete: 'username', value: view.login, isFirst: !view.login }),
    field({
      name: 'password',
      label: 'Password',
      type: 'password',
      autocomplete: 'current-password',
      isFirst: !!view.login,
    }),
    '<button>Sign in</button></form>',
  ]);

/** Asks for an access token of Keycloak. */
export const tokenPage = (view: SignInView): string =>
  page('Sign in', view, [
    '<p>Keycloak says who you are, by an access token. You stay signed in here until it expires.</p>',
    `<form method="post" action="${encoded(`${view.basePath}/sign-in`)}">`,
    hidden('return', view.returnTo),
    field({ name: 'token', label: 'Access token', type: 'password', autocomplete: 'off', isFirst: true }),
    '<button>Sign in</button></form>',
  ]);

/** Leads to the identity provider. @param provider its host */
export const providerPage = (view: SignInView, provider: string): string =>
  page('Sign in', view, [
    `<a class="button" href="${encoded(`${view.basePath}/sign-in/oidc?return=${encodeURIComponent(view.returnTo)}`)}">Sign in with ${encoded(provider)}</a>`,
  ]);

/** What a link of an account is used for. */
export interface LinkView {
  readonly basePath: string;
  readonly code: string;
  readonly purpose: 'first-admin' | 'invitation' | 'reset';
  /** Chosen already; undefined: whoever uses the link chooses it. */
  readonly login?: string;
  readonly filledIn?: { readonly login: string; readonly displayName: string };
  readonly fault?: string;
}

const LINK_TITLES = {
  'first-admin': ['Welcome to codex-relay', 'Make the account of the first administrator.'],
  invitation: ['Welcome to codex-relay', 'You were invited: choose how you sign in.'],
  reset: ['New password', 'Browsers that are signed in with the old one are signed out.'],
} as const;

/** Asks for what makes an account, or for a new password. */
export function linkPage(view: LinkView): string {
  const { purpose, login, filledIn, code, basePath } = view;
  const [title, text] = LINK_TITLES[purpose];
  const makesUser = purpose !== 'reset';
  return page(title, view, [
    `<p>${text}</p><form method="post" action="${encoded(`${basePath}/sign-in/link`)}">`,
    hidden('code', code),
    makesUser
      ? field({
          name: 'displayName',
          label: 'Your name',
          autocomplete: 'name',
          value: filledIn?.displayName,
          isFirst: true,
        })
      : '',
    login === undefined
      ? field({ name: 'login', label: 'Account name', autocomplete: 'username', value: filledIn?.login })
      : `<p>Account name: <strong>${encoded(login)}</strong></p><input hidden name="login" autocomplete="username" value="${encoded(login)}" />`,
    field({
      name: 'password',
      label: 'Password, at least 10 characters',
      type: 'password',
      autocomplete: 'new-password',
    }),
    `<button>${makesUser ? 'Make the account' : 'Set the password'}</button></form>`,
  ]);
}

/** Says what went wrong, and where to go on. */
export const faultPage = (basePath: string, fault: string): string =>
  page('Sign in', { basePath, fault }, [
    `<a class="button" href="${encoded(`${basePath}/sign-in?return=`)}">Sign in</a>`,
  ]);

function page(title: string, { basePath, fault }: Pick<SignInView, 'basePath' | 'fault'>, body: string[]): string {
  const alert = fault === undefined ? '' : `<p role="alert">${encoded(fault)}</p>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="same-origin" />
    <link rel="icon" type="image/svg+xml" href="${encoded(basePath)}/favicon.svg" />
    <title>codex-relay: ${title.toLowerCase()}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <main><h1>${title}</h1>${alert}${body.join('\n')}</main>
    <script>${SCRIPT}</script>
  </body>
</html>
`;
}

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: string;
  readonly autocomplete: string;
  readonly value?: string;
  readonly isFirst?: boolean;
}

const field = ({ name, label, type = 'text', autocomplete, value = '', isFirst = false }: Field): string =>
  `<label for="${name}">${label}</label><input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" ` +
  `value="${encoded(value)}" required maxlength="16384" spellcheck="false" autocapitalize="none"${isFirst ? ' autofocus' : ''} />`;

const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${name}" value="${encoded(value)}" />`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const encoded = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
