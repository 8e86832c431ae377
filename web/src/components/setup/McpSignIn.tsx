import { useState } from 'react';
import { mcpApi } from '../../api/mcp-api';
import type { McpAuthorization, McpServer } from '../../api/types';
import { t } from '../../languages/text';
import { useSubmit } from '../../session/use-submit';
import { Fault, moment } from '../shell/Page';

/** Signs in to a server with OAuth, on a page of its own, or out of it. */
export function McpSignIn({
  server: { id, name, isSignedIn },
  onSignedOut,
}: {
  server: McpServer;
  onSignedOut: () => void;
}) {
  const [begun, setBegun] = useState<McpAuthorization | null>(null);
  const { error, isBusy, submit } = useSubmit();
  const signedOut = () => {
    // The page of the sign-in before has done its work.
    setBegun(null);
    onSignedOut();
  };
  if (isSignedIn) {
    return (
      <>
        <button
          type="button"
          className="button"
          disabled={isBusy}
          aria-label={t('Sign out of {{name}}', { name })}
          onClick={() => submit(() => mcpApi.signOut(id), signedOut)}
        >
          {t('Sign out')}
        </button>
        <Fault text={error} />
      </>
    );
  }
  // The address is the server's word: nothing of it may run here.
  const page = begun !== null && /^https?:/i.test(begun.url) ? begun : null;
  return (
    <>
      {page === null ? (
        <button
          type="button"
          className="button button-primary"
          disabled={isBusy}
          aria-label={t('Sign in to {{name}}', { name })}
          onClick={() => submit(() => mcpApi.authorize(id), setBegun)}
        >
          {t('Sign in')}
        </button>
      ) : (
        <a href={page.url} target="_blank" rel="noopener noreferrer" className="button button-primary">
          {t('Open its sign-in page')}
        </a>
      )}
      {page && (
        <p role="status" className="basis-full break-words text-muted-foreground">
          {t('It is a page of {{host}}, good until {{time}}. Come back here when you have signed in.', {
            host: new URL(page.url).host,
            time: moment(page.expiresAt),
          })}
        </p>
      )}
      <Fault text={error} />
    </>
  );
}
