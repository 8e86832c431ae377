import { useEffect, useState } from 'react';
import { copyText } from '../../browser/clipboard';
import { Icon, type IconName } from '../shell/Icon';
import { t } from '../../languages/text';

const SHOWN_MS = 1_500;

interface CopyButtonProps {
  /** What is copied; a function, where it takes work to put together. */
  text: string | (() => string);
  label?: string;
  icon?: IconName;
}

/** Copies a text, and says for a moment that it has, or could not. */
export function CopyButton({ text, label = t('Copy'), icon = 'copy' }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    copyText(typeof text === 'string' ? text : text()).then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };
  const words = state === 'copied' ? t('Copied') : state === 'failed' ? t('Could not be copied') : label;
  return (
    <button type="button" className="icon-button" aria-label={words} title={words} onClick={copy}>
      <Icon name={state === 'copied' ? 'check' : state === 'failed' ? 'warning' : icon} size={14} />
    </button>
  );
}
