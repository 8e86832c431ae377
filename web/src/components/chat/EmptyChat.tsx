import type { Starter } from '../../session/starters';
import { t } from '../../languages/text';

interface EmptyChatProps {
  starters: readonly Starter[];
  onPick: (starter: Starter) => void;
}

/** What a chat shows before its first message. */
export function EmptyChat({ starters, onPick }: EmptyChatProps) {
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col justify-center py-8">
      <h2 className="text-2xl font-semibold tracking-tight">{t('What should the agent do?')}</h2>
      <p className="mt-2 text-muted-foreground">
        {t('It works in a folder of its own: it runs commands, writes files and shows you each step.')}
      </p>
      <ul className="mt-6 grid grid-cols-2 gap-2.5 empty:hidden max-[22rem]:grid-cols-1 sm:grid-cols-3">
        {starters.map((starter) => (
          <li key={`${starter.title} ${starter.prompt}`}>
            <button
              type="button"
              onClick={() => onPick(starter)}
              className="flex h-full w-full flex-col rounded-xl border bg-card px-3.5 py-3 text-start text-sm hover:border-ring hover:bg-muted"
            >
              <span dir="auto" className="font-medium">
                {starter.title}
              </span>
              <span dir="auto" className="mt-1 line-clamp-3 text-xs break-words text-muted-foreground">
                {starter.prompt}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
