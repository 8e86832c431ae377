import { useCallback, useEffect, useState } from 'react';
import { mcpApi } from '../../api/mcp-api';
import type { McpServer } from '../../api/types';
import { t } from '../../languages/text';
import { type Reading, useReading } from '../../session/use-reading';
import { LoadState } from '../shell/LoadState';
import { Section } from '../shell/Page';
import { McpServerForm } from './McpServerForm';
import { McpServerRow } from './McpServerRow';
import { idOf, mayEdit, mayManage, type SetupScope } from './setup-scope';

/** So many are asked for their tools by themselves: each costs a call of the person's. */
const ASKED_AT_ONCE = 10;

/** MCP servers of a project or of one's own, which can be changed, and those of the operator, which cannot. */
export function McpServers({ scope }: { scope: SetupScope }) {
  const projectId = idOf(scope);
  const list = useReading(useCallback(() => mcpApi.list(projectId), [projectId]));
  const [isAdding, setAdding] = useState(false);
  useReadAgain(list.reload);
  const mayChange = mayManage(scope);
  const own = list.value?.filter((server) => server.scope === (projectId === null ? 'user' : 'project'));
  const ofOperator = list.value?.filter((server) => server.scope === 'operator');
  const add = (server: McpServer) => {
    setAdding(false);
    list.set([...(list.value ?? []), server]);
  };
  return (
    <>
      <LoadState of={list} />
      {own && (
        <Section
          title={projectId === null ? t('Your own') : t('Of this project')}
          text={
            projectId === null
              ? t('Their tools are there in your own chats, and in the turns of your own messages.')
              : t('Their tools can be chosen in all chats of this project.')
          }
          aside={
            mayChange && (
              <button type="button" className="button" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
                {t('Add a server')}
              </button>
            )
          }
        >
          {isAdding && <McpServerForm projectId={projectId} onDone={add} onCancel={() => setAdding(false)} />}
          <Servers servers={own} list={list} scope={scope} mayChange={mayChange} />
        </Section>
      )}
      {ofOperator && (
        <Section title={t('Of the operator')} text={t('For everybody. They are changed in a file of the service.')}>
          <Servers servers={ofOperator} list={list} scope={scope} mayChange={false} />
        </Section>
      )}
    </>
  );
}

interface ServersProps {
  servers: readonly McpServer[];
  list: Reading<McpServer[]>;
  scope: SetupScope;
  mayChange: boolean;
}

function Servers({ servers, list, scope, mayChange }: ServersProps) {
  if (servers.length === 0) return <p className="text-sm text-muted-foreground">{t('There is none yet.')}</p>;
  return (
    <ul className="divide-y rounded-xl border">
      {servers.map((server, index) => (
        <li key={server.id} className="px-3 py-2.5 text-sm">
          <McpServerRow
            server={server}
            mayUse={server.scope === 'project' ? mayEdit(scope) : scope.mayWrite}
            mayChange={mayChange}
            isAskedAtOnce={index < ASKED_AT_ONCE}
            onChanged={(changed) => list.set((list.value ?? []).map((one) => (one.id === changed.id ? changed : one)))}
            onRemoved={() => list.set((list.value ?? []).filter(({ id }) => id !== server.id))}
            onSignedOut={list.reload}
          />
        </li>
      ))}
    </ul>
  );
}

/** One may come back from signing in elsewhere. */
function useReadAgain(reload: () => void): void {
  useEffect(() => {
    window.addEventListener('focus', reload);
    return () => window.removeEventListener('focus', reload);
  }, [reload]);
}
