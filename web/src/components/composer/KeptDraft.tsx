import { useState } from 'react';
import { loadDraft } from '../../session/draft';
import { CopyButton } from '../code/CopyButton';
import { t } from '../../languages/text';

/** What was being written where nothing can be sent any more, to be copied; nothing where nothing was. */
export function KeptDraft({ chatId }: { chatId: string | null }) {
  const [draft] = useState(() => loadDraft(chatId));
  return <KeptText text={draft} />;
}

/** The same of what is no draft of a message. */
export function KeptText({ text }: { text: string }) {
  if (text.trim() === '') return null;
  return (
    <div className="mx-auto mt-4 w-full max-w-xl rounded-xl border p-3 text-start text-sm">
      <p className="flex items-center justify-between gap-2 text-muted-foreground">
        {t('What you were writing')} <CopyButton text={text} label={t('Copy what you were writing')} />
      </p>
      <p dir="auto" className="max-h-60 overflow-y-auto break-words whitespace-pre-wrap">
        {text}
      </p>
    </div>
  );
}
