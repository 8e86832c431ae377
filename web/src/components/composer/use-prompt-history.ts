import { useAui } from '@assistant-ui/react';
import { type KeyboardEvent, useRef } from 'react';
import { PromptWalk, sentPrompts } from '../../session/prompt-history';

/** The arrow up in an empty message brings back what was sent before, as in a shell; what was changed is not walked away from. */
export function usePromptHistory() {
  const aui = useAui();
  const walk = useRef<PromptWalk | null>(null);
  return (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key] as 1 | -1 | undefined;
    const isOther = event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing;
    if (step === undefined || isOther || event.defaultPrevented) return;
    const { value } = event.currentTarget;
    if (value === '') walk.current = new PromptWalk(sentPrompts());
    else if (walk.current?.current !== value) return;
    const text = walk.current?.step(step) ?? null;
    if (text === null) return;
    event.preventDefault();
    aui.composer().setText(text);
  };
}
