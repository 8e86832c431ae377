import { ComposerPrimitive } from '@assistant-ui/react';
import type { ReactNode } from 'react';
import { Icon } from '../shell/Icon';
import { useDraft } from './use-draft';

interface ComposerProps {
  chatId: string | null;
  /** Set while there is something to stop. */
  onStop?: () => void;
  returnedText?: string;
  /** Settings of the chat, at the left under the text. */
  controls?: ReactNode;
}

export function Composer({ chatId, onStop, returnedText, controls }: ComposerProps) {
  useDraft(chatId, returnedText);
  return (
    <ComposerPrimitive.Root className="flex flex-col gap-1 rounded-2xl border bg-card p-2 shadow-sm transition-colors focus-within:border-ring/70">
      {/* 16 px on phones: below that iOS zooms the page into the field. */}
      <ComposerPrimitive.Input
        autoFocus={window.matchMedia('(pointer: fine)').matches}
        aria-label="Message"
        placeholder={onStop ? 'Add a message; it runs next' : 'Message the agent'}
        minRows={1}
        maxRows={10}
        cancelOnEscape={false}
        className="w-full resize-none bg-transparent px-2 pt-1.5 text-base leading-6 outline-none placeholder:text-muted-foreground sm:text-[0.9375rem]"
      />
      <div className="flex items-center justify-end gap-2">
        <div className="mr-auto flex min-w-0">{controls}</div>
        {onStop && <StopButton onStop={onStop} />}
        <ComposerPrimitive.Send
          className="button button-primary size-9 shrink-0 p-0 pointer-coarse:size-10"
          aria-label="Send"
          title="Send (Enter)"
        >
          <Icon name="arrowUp" size={18} />
        </ComposerPrimitive.Send>
      </div>
    </ComposerPrimitive.Root>
  );
}

function StopButton({ onStop }: { onStop: () => void }) {
  return (
    <button
      type="button"
      onClick={onStop}
      className="button size-9 shrink-0 p-0 pointer-coarse:size-10"
      aria-label="Stop the turn"
      title="Stop"
    >
      <span className="size-3 rounded-[3px] bg-danger" aria-hidden="true" />
    </button>
  );
}
