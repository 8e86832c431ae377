import { useState } from 'react';
import type { TurnView } from '../../log/chat-view';
import { Icon } from '../shell/Icon';

const SHOWN_MS = 1_500;

/** Copies the agent's words of a turn as Markdown. Absent without a clipboard, which browsers give to https only. */
export function CopyAnswer({ turn }: { turn: TurnView }) {
  const [isCopied, setCopied] = useState(false);
  const text = turn.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n');
  if (!text || !('clipboard' in navigator)) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  const label = isCopied ? 'Copied' : 'Copy answer';
  return (
    <button type="button" className="icon-button -ml-2" aria-label={label} title={label} onClick={() => void copy()}>
      <Icon name={isCopied ? 'check' : 'copy'} size={14} />
    </button>
  );
}
