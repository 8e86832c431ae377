import { useCallback, useState } from 'react';
import { mcpApi } from '../../api/mcp-api';
import { skillsApi } from '../../api/skills-api';
import type { Template } from '../../api/types';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { CheckField } from '../shell/Fields';
import { LoadState } from '../shell/LoadState';

/** Of the service, beside codex's own. */
const SERVICE_TOOLS = ['file_read', 'file_write', 'file_edit', 'bash', 'search', 'environment_setup'];

interface TemplateToolFieldsProps {
  template?: Template;
  projectId: string | null;
}

/** Which tools, MCP servers and skills new chats have. */
export function TemplateToolFields({ template, projectId }: TemplateToolFieldsProps) {
  const skills = useReading(useCallback(() => skillsApi.list(projectId), [projectId]));
  const servers = useReading(useCallback(() => mcpApi.list(projectId), [projectId]));
  const [chooses, setChooses] = useState(template?.mcpServers !== undefined);
  return (
    <>
      <Checks
        legend={t('Tools of the service')}
        name="tools"
        chosen={template?.tools ?? []}
        offered={SERVICE_TOOLS.map((name) => ({ id: name, name, description: null }))}
      />
      <LoadState of={skills} />
      {skills.value && (
        <Checks
          legend={t('Skills')}
          name="skills"
          chosen={template?.skills ?? []}
          offered={skills.value.map(({ name, description }) => ({ id: name, name, description }))}
        />
      )}
      <LoadState of={servers} />
      {servers.value && (
        <>
          <CheckField
            label={t('Choose the MCP servers')}
            name="choosesMcpServers"
            checked={chooses}
            onChange={(event) => setChooses(event.currentTarget.checked)}
            hint={t('Otherwise new chats have those that are on by default.')}
          />
          {chooses && (
            <Checks
              legend={t('MCP servers')}
              name="mcpServers"
              chosen={template?.mcpServers ?? []}
              offered={servers.value.filter(({ mode }) => mode !== 'required')}
            />
          )}
        </>
      )}
    </>
  );
}

interface Offered {
  id: string;
  name: string;
  description: string | null;
}

interface ChecksProps {
  legend: string;
  name: string;
  chosen: readonly string[];
  offered: readonly Offered[];
}

/** What was chosen and is not there any more can be left out only. */
function Checks({ legend, name, chosen, offered }: ChecksProps) {
  const gone = chosen.filter((id) => !offered.some((one) => one.id === id));
  const all = [...offered, ...gone.map((id) => ({ id, name: id, description: t('is not there any more') }))];
  if (all.length === 0) return null;
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      <div className="grid max-h-60 gap-2 overflow-y-auto sm:grid-cols-2">
        {all.map((one) => (
          <CheckField
            key={one.id}
            label={one.name}
            name={name}
            value={one.id}
            defaultChecked={chosen.includes(one.id)}
            hint={one.description}
          />
        ))}
      </div>
    </fieldset>
  );
}
