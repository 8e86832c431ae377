import { describeError } from '../../api/problem';
import { t } from '../../languages/text';

/** In place of the page after a fault of this client; without it there would be nothing but an empty window. */
export function PageFault({ error }: { error: unknown }) {
  return (
    <div role="alert" className="grid h-dvh place-items-center p-6 text-center">
      <div className="min-w-0">
        <h1 className="text-lg font-semibold">{t('This page has stopped working')}</h1>
        <p className="mt-1 text-sm text-muted-foreground">
          {t('Your chats are safe on the server, and so is what you have typed in this browser.')}
        </p>
        <p className="mt-1 text-sm break-words text-muted-foreground">{describeError(error)}</p>
        <button type="button" className="button button-primary mt-4" onClick={() => window.location.reload()}>
          {t('Reload')}
        </button>
      </div>
    </div>
  );
}
