import { KeptDraft } from './KeptDraft';
import { t } from '../../languages/text';

/** In place of the composer for who may only read, also for who could write until now. */
export function ReadOnlyNote({ chatId }: { chatId: string | null }) {
  return (
    <div className="rounded-2xl border bg-card px-4 py-3 text-sm text-muted-foreground">
      <p role="status">{t('You may read this, and change nothing.')}</p>
      <KeptDraft chatId={chatId} />
    </div>
  );
}
