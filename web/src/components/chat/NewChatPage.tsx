import { useCallback, useState } from 'react';
import type { Backend, NewChat, Template } from '../../api/types';
import { projectsApi } from '../../api/projects-api';
import type { Written } from '../../log/outgoing-message';
import { useIsReader } from '../../session/account';
import { effortFor, newChatOf } from '../../session/agent-settings';
import { startersFor } from '../../session/starters';
import { useAgentSettings } from '../../session/use-agent-settings';
import { acceptsImages, chosenBackend } from '../../session/use-backends';
import { useReading } from '../../session/use-reading';
import { useTemplates } from '../../session/use-templates';
import { Notice } from '../agent/Notice';
import { AgentSettingsButton } from '../composer/AgentSettingsButton';
import type { ToolChoice } from '../composer/agent-settings-props';
import { ChatSurface } from '../thread/ChatSurface';
import { BackendPicker } from './BackendPicker';
import { ChatHeader } from './ChatHeader';
import { EmptyChat } from './EmptyChat';
import { type FirstMessage, useFirstMessage } from './use-first-message';
import { t } from '../../languages/text';

const NO_TEMPLATES: readonly Template[] = [];

interface NewChatPageProps {
  backends: readonly Backend[];
  /** Whether it is known who has the page open, and which backends there are. */
  isKnown: boolean;
  /** Where the chat belongs; null: to one's own project. */
  projectId: string | null;
  /** Id of the template that was asked for, before the one that is usual. */
  from: string | null;
  onOpenDrawer: () => void;
}

/** A chat is made with its first message, so that looking at this page leaves nothing behind. */
export function NewChatPage({ backends, isKnown, projectId, from, onOpenDrawer }: NewChatPageProps) {
  const [settings, change] = useAgentSettings();
  const readsOnly = useReadsOnly(projectId);
  const offered = useTemplates(projectId);
  const templates = offered ?? NO_TEMPLATES;
  const [asked, setAsked] = useState(from);
  const [tools, setTools] = useState<ToolChoice>({});
  const choose = (next: ToolChoice): Promise<void> => {
    setTools((before) => ({ ...before, ...next }));
    return Promise.resolve();
  };
  const template = templates.find(({ id }) => id === (asked ?? settings.template));
  const known = backends.some(({ id, ready }) => id === settings.backend && ready) ? settings.backend : undefined;
  const backend = chosenBackend(backends, known ?? template?.backend ?? null) ?? chosenBackend(backends, null);
  const make = useCallback(
    (message: FirstMessage): [Written, NewChat] => {
      const wanted = { ...settings, template: message.template ?? template?.id };
      // A template has a backend of its own, unless another is wanted.
      const isChosen = known !== undefined || wanted.template === undefined;
      const made = newChatOf({ ...wanted, backend: isChosen ? backend?.id : undefined }, backends, projectId);
      return [
        { ...message.written, effort: effortFor(settings, backend, settings.model) },
        { ...made, ...tools },
      ];
    },
    [settings, template, known, backend, backends, projectId, tools],
  );
  const { start, failure } = useFirstMessage(isKnown && offered !== null ? make : null);
  const send = useCallback((written: Written) => start({ written }), [start]);
  return (
    <>
      <ChatHeader title={t('New chat')} status={<FromTemplate template={template} />} onOpenDrawer={onOpenDrawer} />
      <ChatSurface
        chatId={null}
        entries={[]}
        isRunning={false}
        onSend={send}
        controls={
          <>
            <BackendPicker
              backends={backends}
              value={backend?.id}
              onChange={(id) => change({ backend: id, model: undefined })}
            />
            <AgentSettingsButton
              settings={{ ...settings, template: template?.id }}
              backend={backend}
              isOfChat={false}
              templates={templates}
              tools={{ place: { projectId }, chosen: tools, onChange: choose }}
              onChange={(changes) => {
                if ('template' in changes) setAsked(null);
                change(changes);
              }}
            />
          </>
        }
        acceptsImages={acceptsImages(backend)}
        readsOnly={readsOnly}
        returned={failure?.written}
        empty={
          !readsOnly && (
            <EmptyChat
              starters={startersFor(backend, templates, template?.id)}
              onPick={({ prompt, template }) => start({ written: { text: prompt, images: [] }, template })}
            />
          )
        }
        notice={
          failure && (
            <div className="pb-2">
              <Notice level="error" title={t('The chat could not be started')} text={failure.reason} />
            </div>
          )
        }
      />
    </>
  );
}

/** Whether no chat can be made there; false until it is known. @param projectId null: in one's own project */
function useReadsOnly(projectId: string | null): boolean {
  const isReader = useIsReader();
  const project = useReading(
    useCallback(() => (projectId === null ? Promise.resolve(null) : projectsApi.get(projectId)), [projectId]),
  );
  return isReader || project.value?.role === 'viewer';
}

function FromTemplate({ template }: { template: Template | undefined }) {
  if (!template) return null;
  return (
    <p className="truncate text-xs text-muted-foreground">
      <bdi>{template.name}</bdi>
    </p>
  );
}
