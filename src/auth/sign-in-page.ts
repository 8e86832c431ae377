import { hashSource } from '../common/security-headers';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { display: grid; min-height: 90vh; margin: 0; place-items: center }
form { display: grid; gap: 0.75rem; width: min(22rem, 85vw) }
input, button { padding: 0.5rem; font: inherit }
`;

/**
 * A browser that followed a link from another site sends no `SameSite=Strict` cookie with it. Where there is one, it is sent
 * from here on.
 */
const SCRIPT = `
fetch(location.href, { method: 'HEAD', redirect: 'manual' }).then(({ ok }) => {
  if (ok) location.replace(location.href);
});
`;

/** What the page may do: it sends its form to us, and has a style and a script of its own. */
export const SIGN_IN_POLICY = {
  scriptSrc: [hashSource(SCRIPT)],
  styleSrc: [hashSource(STYLE)],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
} as const;

/** Asks for the access token. @param basePath of our own, which needs no escaping */
export const signInPage = (basePath: string, { isWrong }: { readonly isWrong: boolean }): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>codex-relay: sign in</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <form method="post" action="${basePath}/sign-in">
      <h1>codex-relay</h1>
      ${isWrong ? '<p role="alert">That is not the access token.</p>' : ''}
      <label for="token">Access token</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
      <button>Sign in</button>
      <p>It is the value of ACCESS_TOKEN, or part of the address that the service prints when it starts.</p>
    </form>
    <script>${SCRIPT}</script>
  </body>
</html>
`;
