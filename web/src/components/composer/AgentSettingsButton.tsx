import { useState } from 'react';
import { lazyPart } from '../../browser/lazy-part';
import { useAccount } from '../../session/account';
import { summaryOf } from '../../session/agent-settings';
import { Icon } from '../shell/Icon';
import { DialogPart } from '../shell/PartBoundary';
import type { AgentSettingsProps } from './agent-settings-props';
import { t } from '../../languages/text';

const AgentSettingsDialog = lazyPart(() => import('./AgentSettingsDialog'));

/** How the agent works, in a few words; opens what changes it. */
export function AgentSettingsButton(props: AgentSettingsProps) {
  const [isOpen, setOpen] = useState(false);
  const summary = summaryOf(props.settings, useAccount());
  return (
    <>
      <button
        type="button"
        className="flex h-9 min-w-0 items-center gap-1.5 rounded-lg px-1.5 text-sm text-muted-foreground hover:bg-muted hover:text-foreground pointer-coarse:h-10"
        aria-label={t('How the agent works: {{summary}}', { summary })}
        aria-haspopup="dialog"
        title={summary}
        onClick={() => setOpen(true)}
      >
        <Icon name="settings" />
        <span className="truncate max-sm:hidden">{summary}</span>
      </button>
      {isOpen && (
        <DialogPart title={t('How the agent works')} onClose={() => setOpen(false)}>
          <AgentSettingsDialog {...props} onClose={() => setOpen(false)} />
        </DialogPart>
      )}
    </>
  );
}
