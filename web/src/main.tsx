import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { applySavedTheme } from './browser/theme';
import { ErrorBoundary } from './components/shell/ErrorBoundary';
import { PageFault } from './components/shell/PageFault';
import { openRelaySocket } from './log/relay-socket';
import './styles.css';

applySavedTheme();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

const socket = openRelaySocket();
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary fallback={(error) => <PageFault error={error} />}>
      <App socket={socket} />
    </ErrorBoundary>
  </StrictMode>,
);
