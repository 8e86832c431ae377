import { Icon } from '../shell/Icon';
import { useChatActions } from '../thread/chat-actions';
import { Markdown } from '../thread/Markdown';
import { t } from '../../languages/text';

interface ProposalProps {
  text: string;
  isStreaming: boolean;
  /** It can be taken up. */
  isOpen: boolean;
}

/** What the agent would do, and the word that has it done. */
export function Proposal({ text, isStreaming, isOpen }: ProposalProps) {
  const actions = useChatActions();
  return (
    <section aria-label={t('Proposed plan')} className="rounded-xl border bg-card px-3.5 py-3">
      <h2 className="mb-2 flex items-center gap-2 text-sm font-medium">
        <Icon name="list" className="text-muted-foreground" /> {t('Proposed plan')}
      </h2>
      <Markdown text={text} isStreaming={isStreaming} />
      {actions.send && isOpen && (
        <button
          type="button"
          className="button button-primary mt-3"
          onClick={() => actions.send?.({ text: t('Carry out the plan.'), images: [] })}
        >
          {t('Do it')}
        </button>
      )}
    </section>
  );
}
