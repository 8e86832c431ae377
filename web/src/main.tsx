import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Root } from './Root';
import { applySavedTheme } from './browser/theme';
import { ErrorBoundary } from './components/shell/ErrorBoundary';
import { PageFault } from './components/shell/PageFault';
import { startLanguage } from './languages/i18n';
import './styles.css';

applySavedTheme();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

const page = (
  <StrictMode>
    <ErrorBoundary fallback={(error) => <PageFault error={error} />}>
      <Root />
    </ErrorBoundary>
  </StrictMode>
);
void startLanguage().then(() => createRoot(root).render(page));
