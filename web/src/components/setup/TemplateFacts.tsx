import { useCallback } from 'react';
import { mcpApi } from '../../api/mcp-api';
import type { Template } from '../../api/types';
import { t } from '../../languages/text';
import { approvalChoices, chosenOf, sandboxChoices } from '../../session/agent-choices';
import { effortName } from '../../session/agent-settings';
import { useReading } from '../../session/use-reading';
import { Visible } from '../code/Visible';
import { idOf, type SetupScope } from './setup-scope';

/** What a template says beside its instructions: only what it does not leave to others. */
export function TemplateFacts({ template, scope }: { template: Template; scope: SetupScope }) {
  const projectId = template.projectId ?? idOf(scope);
  const servers = useReading(useCallback(() => mcpApi.list(projectId), [projectId]));
  const nameOf = (id: string) => servers.value?.find((server) => server.id === id)?.name ?? id;
  const { backend, sandboxMode, approvalPolicy, networkAccess, mcpServers, tools, skills = [] } = template;
  const shown = scope.backends.find(({ id }) => id === backend)?.displayName ?? backend;
  const facts: readonly (readonly [string, string | number | undefined | false])[] = [
    [t('Backend'), shown],
    [t('Model'), template.model],
    [t('Effort'), template.effort && effortName(template.effort)],
    [t('What it may touch'), chosenOf(sandboxChoices(null), sandboxMode)?.name],
    [t('When it asks'), chosenOf(approvalChoices(null), approvalPolicy)?.name],
    [t('Network'), networkAccess !== undefined && (networkAccess ? t('Yes') : t('No'))],
    [t('Tools of the service'), tools.length > 0 && tools.join(t(', '))],
    [t('MCP servers'), mcpServers && (mcpServers.map(nameOf).join(t(', ')) || t('None'))],
    [t('Skills'), skills.length > 0 && skills.join(t(', '))],
    [t('Temperature'), template.temperature],
    [t('Tokens of an answer'), template.maxOutputTokens],
    [t('Model calls a turn'), template.maxModelCalls],
    [t('Seconds a turn'), template.maxSeconds],
  ];
  const said = facts.filter(([, value]) => value !== undefined && value !== false);
  if (said.length === 0) return null;
  return (
    <dl className="grid grid-cols-1 gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
      {said.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted-foreground">{name}</dt>
          <dd className="min-w-0 break-words max-sm:mb-1">
            <bdi>
              <Visible text={String(value)} />
            </bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
