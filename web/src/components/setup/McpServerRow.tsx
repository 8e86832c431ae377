import { useState } from 'react';
import { mcpApi } from '../../api/mcp-api';
import type { McpServer } from '../../api/types';
import { t, type Words, words } from '../../languages/text';
import { useSubmit } from '../../session/use-submit';
import { Visible, VisibleCode } from '../code/Visible';
import { ConfirmButton } from '../shell/ConfirmButton';
import { Fault } from '../shell/Page';
import { Spinner } from '../shell/Spinner';
import { McpServerForm } from './McpServerForm';
import { McpSignIn } from './McpSignIn';
import { McpStateLine } from './McpStateLine';
import { useMcpCheck } from './use-mcp-check';

interface McpServerRowProps {
  server: McpServer;
  /** Whether one may call it, and sign in to it. */
  mayUse: boolean;
  mayChange: boolean;
  isAskedAtOnce: boolean;
  onChanged: (server: McpServer) => void;
  onRemoved: () => void;
  onSignedOut: () => void;
}

const MODES: Readonly<Record<McpServer['mode'], Words>> = {
  required: words('in every chat'),
  default_on: words('in chats that choose none'),
  opt_in: words('in chats that choose it'),
};

/** One MCP server: how it does, which tools it has, and what can be done with it. */
export function McpServerRow(props: McpServerRowProps) {
  const { server, mayUse, mayChange, isAskedAtOnce, onChanged, onRemoved, onSignedOut } = props;
  const { id, name, description, url, mode } = server;
  const [isEditing, setEditing] = useState(false);
  const removal = useSubmit();
  const check = useMcpCheck(server, mayUse && isAskedAtOnce);
  const edited = (changed: McpServer) => {
    setEditing(false);
    onChanged(changed);
  };
  if (isEditing) {
    return <McpServerForm server={server} projectId={null} onDone={edited} onCancel={() => setEditing(false)} />;
  }
  return (
    <section aria-label={name} className="grid grid-cols-1 gap-2">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium break-all">{name}</span>
          <span className="text-muted-foreground">{t(MODES[mode])}</span>
          {check.isBusy && <Spinner />}
        </p>
        {description && (
          <p className="break-words text-muted-foreground">
            <Visible text={description} />
          </p>
        )}
        {url && <VisibleCode text={url} className="break-all text-muted-foreground" />}
        <TokenLine server={server} />
        {check.state && <McpStateLine state={check.state} />}
        <Fault text={check.error ?? removal.error} />
      </div>
      <div className="flex flex-wrap gap-2">
        {mayUse && check.state?.status !== 'not_started' && (
          <button
            type="button"
            className="button"
            disabled={check.isBusy}
            aria-label={t('Check {{name}}', { name })}
            onClick={check.ask}
          >
            {t('Check')}
          </button>
        )}
        {mayUse && server.isSignedIn !== null && <McpSignIn server={server} onSignedOut={onSignedOut} />}
        {mayChange && (
          <>
            <button
              type="button"
              className="button"
              aria-label={t('Change {{name}}', { name })}
              onClick={() => setEditing(true)}
            >
              {t('Change')}
            </button>
            <ConfirmButton
              text={t('Remove')}
              label={t('Remove {{name}}', { name })}
              title={t('Remove {{name}}?', { name })}
              consequence={t('Chats have its tools no more, and all sign-ins to it are forgotten.')}
              confirmLabel={t('Remove')}
              onConfirm={() => removal.submit(() => mcpApi.remove(id), onRemoved)}
            />
          </>
        )}
      </div>
    </section>
  );
}

function TokenLine({ server: { auth, hasBearerToken, isSignedIn } }: { server: McpServer }) {
  if (auth === 'none') return null;
  if (auth === 'bearer') {
    return hasBearerToken ? (
      <p className="text-muted-foreground">{t('With a token, which is not shown.')}</p>
    ) : (
      <p className="text-warning">{t('Its token is missing.')}</p>
    );
  }
  return <p className="text-muted-foreground">{isSignedIn ? t('You are signed in.') : t('You are not signed in.')}</p>;
}
