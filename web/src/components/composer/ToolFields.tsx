import { useCallback, useRef, useState } from 'react';
import { mcpApi } from '../../api/mcp-api';
import { describeError } from '../../api/problem';
import { skillsApi } from '../../api/skills-api';
import type { ChatMcpServer, McpServer, Skill } from '../../api/types';
import { setupHash } from '../../browser/hash-route';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { McpStateLine } from '../setup/McpStateLine';
import { CheckField } from '../shell/Fields';
import { LoadState } from '../shell/LoadState';
import { Fault } from '../shell/Page';
import type { ToolChoice, ToolSettings } from './agent-settings-props';

/** Which skills and MCP servers a chat has, of those that there are, and how its servers do. */
export function ToolFields(given: ToolSettings) {
  const { place } = given;
  const { chosen, error, onChange } = useToolChoice(given);
  const settings = { place, chosen, onChange };
  const { projectId } = place;
  const skills = useReading(useCallback(() => skillsApi.list(projectId), [projectId]));
  return (
    <>
      <Fault text={error} />
      <LoadState of={skills} />
      {skills.value && skills.value.length > 0 && <Skills {...settings} skills={skills.value} />}
      {'chatId' in place ? (
        <ServersOfChat key={place.chatId} {...settings} chatId={place.chatId} />
      ) : (
        <ServersOfProject {...settings} projectId={projectId} />
      )}
    </>
  );
}

/** What is chosen shows at once; a chat is told of one choice after the other, and of what it refuses nothing stays. */
function useToolChoice({ chosen, onChange }: ToolSettings) {
  const [local, setLocal] = useState(chosen);
  const [error, setError] = useState<string | null>(null);
  const known = useRef(chosen);
  known.current = chosen;
  const last = useRef<Promise<void>>(Promise.resolve());
  const change = (changes: ToolChoice): void => {
    setError(null);
    setLocal((before) => ({ ...before, ...changes }));
    last.current = last.current
      .then(() => onChange(changes))
      .catch((cause: unknown) => {
        setError(describeError(cause));
        setLocal(known.current);
      });
  };
  return { chosen: local, error, onChange: change };
}

type ShownChoice = Pick<ToolSettings, 'place' | 'chosen'> & { onChange: (changes: ToolChoice) => void };

/** On a line of its own, with the way to where they are made. */
function Legend({ text, kind, projectId }: { text: string; kind: 'skills' | 'mcp-servers'; projectId: string | null }) {
  return (
    <legend className="mb-1 flex w-full items-baseline gap-2 text-sm font-medium">
      {text}
      <a href={setupHash(kind, projectId)} className="font-normal text-muted-foreground underline">
        {t('Look at them')}
      </a>
    </legend>
  );
}

function Skills({ skills, chosen, place, onChange }: ShownChoice & { skills: readonly Skill[] }) {
  const on = chosen.skills ?? [];
  return (
    <fieldset className="min-w-0">
      <Legend text={t('Skills')} kind="skills" projectId={place.projectId} />
      <div className="grid max-h-60 gap-2 overflow-y-auto">
        {skills.map(({ name, description }) => (
          <CheckField
            key={name}
            label={name}
            hint={description}
            checked={on.includes(name)}
            onChange={() => onChange({ skills: toggled(on, name) })}
          />
        ))}
      </div>
    </fieldset>
  );
}

function ServersOfChat({ chatId, ...settings }: ShownChoice & { chatId: string }) {
  const servers = useReading(useCallback(() => mcpApi.ofChat(chatId), [chatId]));
  return (
    <>
      <LoadState of={servers} />
      {servers.value && <Servers {...settings} servers={servers.value} />}
    </>
  );
}

function ServersOfProject({ projectId, ...settings }: ShownChoice & { projectId: string | null }) {
  const servers = useReading(useCallback(() => mcpApi.list(projectId), [projectId]));
  return (
    <>
      <LoadState of={servers} />
      {servers.value && <Servers {...settings} servers={firstOfEachName(servers.value)} />}
    </>
  );
}

type Shown = McpServer | ChatMcpServer;

function Servers({ servers, chosen, place, onChange }: ShownChoice & { servers: readonly Shown[] }) {
  const choice = chosen.mcpServers ?? null;
  const isOn = ({ id, mode }: Shown): boolean =>
    mode === 'required' || (choice === null ? mode === 'default_on' : choice.includes(id));
  if (servers.length === 0) return null;
  const toggle = (server: Shown): void => {
    const on = servers.filter((one) => one.mode !== 'required' && isOn(one)).map(({ id }) => id);
    onChange({ mcpServers: toggled(on, server.id) });
  };
  return (
    <fieldset className="min-w-0">
      <Legend text={t('MCP servers')} kind="mcp-servers" projectId={place.projectId} />
      <div className="grid max-h-80 gap-2 overflow-y-auto">
        {servers.map((server) => (
          <CheckField
            key={server.id}
            label={server.name}
            disabled={server.mode === 'required'}
            checked={isOn(server)}
            onChange={() => toggle(server)}
            hint={
              <>
                {server.description}
                {'status' in server && isOn(server) && <McpStateLine state={server} />}
              </>
            }
          />
        ))}
      </div>
      {choice !== null && (
        <button type="button" className="button mt-2" onClick={() => onChange({ mcpServers: null })}>
          {t('Those that are on by default')}
        </button>
      )}
    </fieldset>
  );
}

const toggled = (all: readonly string[], one: string): string[] =>
  all.includes(one) ? all.filter((each) => each !== one) : [...all, one];

const PRECEDENCE: Readonly<Record<McpServer['scope'], number>> = { operator: 0, project: 1, user: 2 };

/** As chats have them. */
function firstOfEachName(servers: readonly McpServer[]): McpServer[] {
  const ordered = [...servers].sort((one, other) => PRECEDENCE[one.scope] - PRECEDENCE[other.scope]);
  return ordered.filter(({ name }, index) => ordered.findIndex((other) => other.name === name) === index);
}
