import { t } from '../../languages/text';
import type { TurnView } from '../../log/chat-view';
import { CopyButton } from '../code/CopyButton';

/** Copies the agent's words of a turn as Markdown. */
export function CopyAnswer({ turn }: { turn: TurnView }) {
  const text = turn.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n');
  return text ? <CopyButton text={text} label={t('Copy answer')} /> : null;
}
