import { useTheme } from '../../browser/theme';
import { Icon } from './Icon';
import { t } from '../../languages/text';

export function ThemeToggle() {
  const [theme, toggle] = useTheme();
  const label = theme === 'dark' ? t('Switch to light theme') : t('Switch to dark theme');
  return (
    <button type="button" className="icon-button" onClick={toggle} aria-label={label} title={label}>
      <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
    </button>
  );
}
