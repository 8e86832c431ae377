import type { Backend } from '../../api/types';
import { t } from '../../languages/text';

interface BackendPickerProps {
  backends: readonly Backend[];
  /** Undefined: not known yet. */
  value: string | undefined;
  onChange: (backendId: string) => void;
}

/** Which model provider answers. The system's own list is the one that works best on phones and with screen readers. */
export function BackendPicker({ backends, value, onChange }: BackendPickerProps) {
  if (backends.length === 0) return null;
  const isKnown = backends.some((backend) => backend.id === value);
  return (
    <select
      aria-label={t('Backend')}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="field-sizing-content h-9 max-w-64 min-w-0 truncate rounded-lg bg-transparent px-1.5 text-sm text-muted-foreground hover:bg-muted hover:text-foreground pointer-coarse:h-10 [&>option]:bg-background [&>option]:text-foreground"
    >
      {!isKnown && <option value={value}>{t('{{backend}} (no longer configured)', { backend: value ?? '' })}</option>}
      {backends.map((backend) => (
        <option key={backend.id} value={backend.id} disabled={!backend.ready} title={backend.model}>
          {backend.ready ? backend.displayName : t('{{backend}} (API key not set)', { backend: backend.displayName })}
        </option>
      ))}
    </select>
  );
}
