import { Icon } from '../shell/Icon';
import { Markdown } from '../thread/Markdown';
import { t } from '../../languages/text';

/** What the model thought, folded away. */
export function Reasoning({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  return (
    <details className="group min-w-0 text-sm text-muted-foreground">
      <summary className="inline-flex items-center gap-1.5 rounded-md py-0.5 hover:text-foreground">
        <Icon
          name="chevron"
          size={14}
          className="transition-transform group-open:rotate-90 rtl:-scale-x-100 rtl:group-open:-rotate-90"
        />
        <span className={isStreaming ? 'animate-breathe' : ''}>{isStreaming ? t('Thinking…') : t('Thought')}</span>
      </summary>
      <div className="mt-1 ms-1.5 border-s-2 ps-3.5">
        <Markdown text={text} isStreaming={isStreaming} />
      </div>
    </details>
  );
}
