import { useCallback } from 'react';
import { projectsApi } from '../../api/projects-api';
import type { Backend, Project } from '../../api/types';
import { projectHash, SETUP_KINDS, setupHash, type SetupKind } from '../../browser/hash-route';
import { t, type Words, words } from '../../languages/text';
import { useAccount } from '../../session/account';
import { useReading } from '../../session/use-reading';
import { LoadState } from '../shell/LoadState';
import { Page } from '../shell/Page';
import { McpServers } from './McpServers';
import { ScopePicker } from './ScopePicker';
import type { SetupScope } from './setup-scope';
import { SkillList } from './SkillList';
import { SkillView } from './SkillView';
import { TemplateList } from './TemplateList';
import { TemplateView } from './TemplateView';

interface SetupPageProps {
  kind: SetupKind;
  projectId: string | null;
  /** A template's id or a skill's name; empty: all of them. */
  item: string;
  backends: readonly Backend[];
  onOpenDrawer: () => void;
}

const TABS: Readonly<Record<SetupKind, Words>> = {
  templates: words('Templates'),
  skills: words('Skills'),
  'mcp-servers': words('MCP servers'),
};

/** What agents are made up of: templates, skills and MCP servers, of everybody, of one's own, or of a project. */
export default function SetupPage({ kind, projectId, item, backends, onOpenDrawer }: SetupPageProps) {
  const mayWrite = useAccount()?.permissions.includes('chat:write') ?? false;
  const project = useReading<Project | 'none'>(
    useCallback(() => (projectId === null ? Promise.resolve('none') : projectsApi.get(projectId)), [projectId]),
  );
  const found = project.value;
  const scope: SetupScope | null =
    found === null ? null : { project: found === 'none' ? null : found, mayWrite, backends };
  const tabs = (
    <nav aria-label={t('Agent setup')} className="flex shrink-0 gap-1 overflow-x-auto border-b px-3 py-1.5">
      {SETUP_KINDS.map((each) => (
        <a
          key={each}
          href={setupHash(each, projectId)}
          aria-current={each === kind ? 'page' : undefined}
          className="rounded-lg px-2.5 py-1.5 text-sm whitespace-nowrap text-muted-foreground hover:bg-muted aria-[current=page]:bg-muted aria-[current=page]:text-foreground"
        >
          {t(TABS[each])}
        </a>
      ))}
    </nav>
  );
  return (
    <Page title={t('Agent setup')} onOpenDrawer={onOpenDrawer} tabs={tabs}>
      <div className="flex flex-wrap items-end gap-3">
        <ScopePicker kind={kind} projectId={projectId} />
        {scope?.project && (
          <a href={projectHash(scope.project.id)} className="button">
            {t('Project')}
          </a>
        )}
      </div>
      <LoadState of={project} />
      {scope && <Content key={`${kind} ${projectId} ${item}`} kind={kind} item={item} scope={scope} />}
    </Page>
  );
}

function Content({ kind, item, scope }: { kind: SetupKind; item: string; scope: SetupScope }) {
  if (kind === 'mcp-servers') return <McpServers scope={scope} />;
  if (kind === 'templates') return item ? <TemplateView id={item} scope={scope} /> : <TemplateList scope={scope} />;
  return item ? <SkillView name={item} scope={scope} /> : <SkillList scope={scope} />;
}
