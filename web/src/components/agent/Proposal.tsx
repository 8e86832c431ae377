import { useAuiState } from '@assistant-ui/react';
import { Icon } from '../shell/Icon';
import { useChatActions } from '../thread/chat-actions';
import { Markdown } from '../thread/Markdown';
import { entryOf } from '../thread/thread-message';

const DO_IT = 'Carry out the plan.';

/** What the agent would do, and the word that has it done. */
export function Proposal({ text }: { text: string }) {
  const actions = useChatActions();
  const entry = useAuiState((state) => entryOf(state.message));
  const isLast = useAuiState((state) => state.message.isLast);
  const status = entry?.role === 'assistant' ? entry.turn.status : undefined;
  return (
    <section aria-label="Proposed plan" className="rounded-xl border bg-card px-3.5 py-3">
      <h3 className="mb-2 flex items-center gap-2 text-sm font-medium">
        <Icon name="list" className="text-muted-foreground" /> Proposed plan
      </h3>
      <Markdown text={text} isStreaming={status === 'running'} />
      {actions.send && isLast && status === 'completed' && (
        <button
          type="button"
          className="button button-primary mt-3"
          onClick={() => actions.send?.({ text: DO_IT, images: [] })}
        >
          Do it
        </button>
      )}
    </section>
  );
}
