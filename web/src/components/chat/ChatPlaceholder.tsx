import { chatHash } from '../../browser/hash-route';
import { KeptDraft } from '../composer/KeptDraft';
import { Spinner } from '../shell/Spinner';
import { t } from '../../languages/text';

/** In place of a thread whose log is on its way. */
export function LoadingChat() {
  return (
    <div role="status" className="grid flex-1 place-items-center text-sm text-muted-foreground">
      <span className="flex items-center gap-2">
        <Spinner /> {t('Loading…')}
      </span>
    </div>
  );
}

/** In place of a chat that does not exist, is someone else's, or cannot be reached. */
export function UnavailableChat({ chatId, reason }: { chatId: string; reason: string }) {
  return (
    <div role="alert" className="grid flex-1 place-items-center p-6 text-center">
      <div>
        <h2 className="text-lg font-semibold">{t('This chat cannot be shown')}</h2>
        <p className="mt-1 text-sm break-words text-muted-foreground">{reason}</p>
        {/* It may have been taken away while something was written in it. */}
        <KeptDraft chatId={chatId} />
        <a href={chatHash(null)} className="button mt-4">
          {t('New chat')}
        </a>
      </div>
    </div>
  );
}
