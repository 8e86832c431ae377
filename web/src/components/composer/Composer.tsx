import { ComposerPrimitive, useAui, useAuiState } from '@assistant-ui/react';
import { type ClipboardEvent, type ReactNode, useCallback, useId, useRef } from 'react';
import type { QueueFate } from '../../api/types';
import { rememberPrompt } from '../../session/prompt-history';
import type { Written } from '../../log/outgoing-message';
import { Icon } from '../shell/Icon';
import { FileField } from './FileField';
import { FilePreviews } from './FilePreviews';
import { isShownPicture } from './image-files';
import { ImagePreviews } from './ImagePreviews';
import { offerId, Offers } from './Offers';
import { useCompletion } from './use-completion';
import { StopButton } from './StopButton';
import { useDraft } from './use-draft';
import { usePromptHistory } from './use-prompt-history';
import { useFileDrop } from './use-file-drop';
import { useFiles } from './use-files';
import { useImages } from './use-images';
import { t } from '../../languages/text';

interface ComposerProps {
  chatId: string | null;
  /** Set while there is something to stop. */
  onStop?: (queue: QueueFate) => void;
  /** How many messages wait behind it. */
  waiting: number;
  /** A turn runs that can be told more. */
  canSteer: boolean;
  acceptsImages: boolean;
  returned?: Written;
  /** Settings of the chat, at the left under the text. */
  controls?: ReactNode;
}

export function Composer(props: ComposerProps) {
  const { chatId, onStop, waiting, canSteer, acceptsImages, returned, controls } = props;
  useDraft(chatId, returned);
  const { images, problem, offer, remove, dismiss } = useImages(acceptsImages);
  const { files, isUploading, offer: offerFiles, remove: removeFile, dismiss: dismissFiles } = useFiles(chatId);
  const take = useCallback(
    (taken: File[]) => {
      // A backend that takes no pictures is given them as files, as everything else.
      const asPicture = (file: File) => acceptsImages && isShownPicture(file);
      void offer(taken.filter(asPicture));
      offerFiles(taken.filter((file) => !asPicture(file)));
    },
    [acceptsImages, offer, offerFiles],
  );
  const isDropTarget = useFileDrop(take);
  const input = useRef<HTMLTextAreaElement>(null);
  const offersId = useId();
  const { offers, active, choose, onKeyDown, onSelect } = useCompletion(chatId, input);
  const walkHistory = usePromptHistory();
  const aui = useAui();
  const onPaste = (event: ClipboardEvent) => {
    // What is copied from a document is text first; its picture would be a drawing of the same words.
    if (event.clipboardData.files.length === 0 || event.clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    take(Array.from(event.clipboardData.files));
  };
  return (
    <ComposerPrimitive.Root
      className={`flex flex-col gap-1 rounded-2xl border bg-card p-2 shadow-sm transition-colors focus-within:border-ring/70 ${isDropTarget ? 'border-dashed border-ring bg-muted' : ''}`}
      onSubmit={(event) => {
        if (isUploading) return event.preventDefault();
        rememberPrompt(aui.composer().getState().text);
        dismiss();
        dismissFiles();
      }}
    >
      <ImagePreviews images={images} onRemove={remove} />
      <FilePreviews files={files} onRemove={removeFile} />
      {problem && (
        <p role="alert" className="px-2 pt-1 text-sm break-words text-danger">
          {problem}
        </p>
      )}
      <Offers id={offersId} offers={offers} active={active} onChoose={choose} />
      {/* 16 px on phones: below that iOS zooms the page into the field. */}
      <ComposerPrimitive.Input
        ref={input}
        aria-autocomplete="list"
        aria-controls={offers.length > 0 ? offersId : undefined}
        aria-activedescendant={offers.length > 0 ? offerId(offersId, active) : undefined}
        onKeyDown={(event) => {
          onKeyDown(event);
          walkHistory(event);
        }}
        unstable_insertNewlineOnTouchEnter
        onSelect={onSelect}
        autoFocus={window.matchMedia('(pointer: fine)').matches}
        aria-label={t('Message')}
        placeholder={
          isDropTarget ? t('Drop the files here') : onStop ? t('Add a message; it runs next') : t('Message the agent')
        }
        minRows={1}
        maxRows={10}
        cancelOnEscape={false}
        addAttachmentOnPaste={false}
        onPaste={onPaste}
        className="w-full resize-none bg-transparent px-2 pt-1.5 text-base leading-6 outline-none placeholder:text-muted-foreground sm:text-[0.9375rem]"
      />
      <div className="flex items-center justify-end gap-2">
        <div className="me-auto flex min-w-0 items-center">
          <FileField onPick={take} />
          {controls}
        </div>
        {canSteer && !isUploading && <SteerButton />}
        {onStop && <StopButton waiting={waiting} onStop={onStop} />}
        <ComposerPrimitive.Send
          disabled={isUploading || undefined}
          className="button button-primary size-9 shrink-0 p-0 pointer-coarse:size-10"
          aria-label={t('Send')}
          title={onStop ? t('Send; it runs next (Enter)') : t('Send (Enter)')}
        >
          <Icon name="arrowUp" size={18} />
        </ComposerPrimitive.Send>
      </div>
    </ComposerPrimitive.Root>
  );
}

/** Tells the running turn what is written here, instead of queueing it; shown once something is. */
function SteerButton() {
  const aui = useAui();
  const canSend = useAuiState((state) => state.composer.canSend);
  if (!canSend) return null;
  return (
    <button
      type="button"
      onClick={() => void aui.composer().send({ steer: true })}
      className="button min-h-9 shrink-0 pointer-coarse:min-h-10"
      title={t('Tell the running turn at once (Ctrl+Shift+Enter)')}
    >
      {t('Send now')}
    </button>
  );
}
