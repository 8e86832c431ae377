import { lazy, Suspense, useEffect } from 'react';
import { App } from './App';
import { followWorker, keepPage } from './browser/install';
import { LoadingChat } from './components/chat/ChatPlaceholder';
import { useLanguage } from './languages/use-language';
import { openRelaySocket } from './log/relay-socket';

const SharedPage = lazy(() => import('./components/shared/SharedPage'));

/** The token of a link, behind the `#`, where no server and no log gets to see it. */
const sharedToken = /\/shared$/.test(window.location.pathname) ? window.location.hash.slice(1) : null;
/** Whoever reads by a link has no account here: nothing else is asked for. */
const socket = sharedToken === null ? openRelaySocket() : null;
if (sharedToken === null) followWorker();

export function Root() {
  const language = useLanguage();
  useEffect(() => {
    if (sharedToken === null) keepPage(language);
  }, [language]);
  // Made anew in another language: some of what it shows is kept as it was once said.
  if (socket !== null) return <App key={language} socket={socket} />;
  return (
    <Suspense fallback={<LoadingChat />}>
      <SharedPage token={encodeURIComponent(sharedToken ?? '')} />
    </Suspense>
  );
}
