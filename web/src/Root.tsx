import { lazy, Suspense } from 'react';
import { App } from './App';
import { LoadingChat } from './components/chat/ChatPlaceholder';
import { openRelaySocket } from './log/relay-socket';

const SharedPage = lazy(() => import('./components/shared/SharedPage'));

/** The token of a link, behind the `#`, where no server and no log gets to see it. */
const sharedToken = /\/shared$/.test(window.location.pathname) ? window.location.hash.slice(1) : null;
/** Whoever reads by a link has no account here: nothing else is asked for. */
const socket = sharedToken === null ? openRelaySocket() : null;

export function Root() {
  if (socket !== null) return <App socket={socket} />;
  return (
    <Suspense fallback={<LoadingChat />}>
      <SharedPage token={encodeURIComponent(sharedToken ?? '')} />
    </Suspense>
  );
}
