import { type ReactNode, Suspense } from 'react';
import { t } from '../../languages/text';
import { usePartRetry } from '../../session/use-part-retry';
import { LoadingChat } from '../chat/ChatPlaceholder';
import { Dialog } from '../code/Dialog';
import { ErrorBoundary } from './ErrorBoundary';
import { Page } from './Page';
import { ReadFault } from './ReadState';

interface PartBoundaryProps {
  children: ReactNode;
  /** In its place while its code is on its way. */
  waiting?: ReactNode;
  /** Around what is said of a fault. */
  frame: (fault: ReactNode) => ReactNode;
  /** Whenever it changes, what has failed is tried again. */
  resetOn?: unknown;
}

/** A part of the page whose code is fetched when it is needed. Where it does not come, or fails, all around it stays. */
export function PartBoundary({ children, waiting, frame, resetOn }: PartBoundaryProps) {
  return (
    <ErrorBoundary resetOn={resetOn} fallback={(error, retry) => frame(<PartFault error={error} onRetry={retry} />)}>
      <Suspense fallback={waiting}>{children}</Suspense>
    </ErrorBoundary>
  );
}

interface PageBoundaryProps {
  children: ReactNode;
  /** Of the page: another one is shown as ever. */
  address: unknown;
  onOpenDrawer: () => void;
}

/** The page beside the list of chats, which stays whatever becomes of the page. */
export function PageBoundary({ children, address, onOpenDrawer }: PageBoundaryProps) {
  const frame = (fault: ReactNode) => (
    <Page title={t('This page cannot be shown')} onOpenDrawer={onOpenDrawer}>
      {fault}
      <p className="text-sm text-muted-foreground">
        {t('Your chats are safe on the server, and so is what you have typed in this browser.')}
      </p>
      <button type="button" className="button justify-self-start" onClick={() => window.location.reload()}>
        {t('Reload')}
      </button>
    </Page>
  );
  return (
    <PartBoundary resetOn={address} waiting={<LoadingChat />} frame={frame}>
      {children}
    </PartBoundary>
  );
}

interface DialogPartProps {
  children: ReactNode;
  /** Of what stands in for it. */
  title: string;
  onClose: () => void;
}

/** A dialog whose code is fetched when it is opened. */
export function DialogPart({ children, title, onClose }: DialogPartProps) {
  const frame = (fault: ReactNode) => (
    <Dialog title={title} onClose={onClose}>
      {fault}
    </Dialog>
  );
  return <PartBoundary frame={frame}>{children}</PartBoundary>;
}

/** Why it is not there, with the way to try again. */
function PartFault({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { failure, retry } = usePartRetry(error, onRetry);
  return <ReadFault failure={failure} onRetry={retry} />;
}
