import { useAui, useAuiState } from '@assistant-ui/react';
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useState } from 'react';
import { type Completion, completed, completionAt, mentionOf } from '../../log/completion';
import { SLASH_COMMANDS } from '../../log/slash-command';
import { useFoundFiles } from './use-found-files';
import { t } from '../../languages/text';

/** One thing that a word may become. */
export interface Offer {
  /** As it is written then. */
  value: string;
  label: string;
  help?: string;
}

/** What is offered for the word at the caret: commands at a slash, files of the workspace at an @. */
export function useCompletion(chatId: string | null, input: RefObject<HTMLTextAreaElement | null>) {
  const aui = useAui();
  const text = useAuiState((state) => state.composer.text);
  const [caret, setCaret] = useState(0);
  const [active, setActive] = useState(0);
  /** The word that nothing is wanted for. */
  const [dismissed, setDismissed] = useState<string | null>(null);
  const onSelect = () => setCaret(input.current?.selectionStart ?? 0);
  useEffect(onSelect, [input, text]);
  const completion = useMemo(() => completionAt(text, caret), [text, caret]);
  const word = completion && `${completion.kind} ${completion.start} ${completion.query}`;
  const files = useFoundFiles(chatId, completion?.kind === 'file' ? completion.query : null);
  const offers = useMemo(() => (completion ? offersFor(completion, files) : []), [completion, files]);
  useEffect(() => setActive(0), [word]);
  const isOpen = offers.length > 0 && word !== dismissed;

  const choose = (offer: Offer) => {
    if (!completion) return;
    const next = completed(text, caret, completion, offer.value);
    aui.composer().setText(next.text);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(next.caret, next.caret);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const offer = offers[active];
    if (event.key === 'ArrowDown') setActive((active + 1) % offers.length);
    else if (event.key === 'ArrowUp') setActive((active + offers.length - 1) % offers.length);
    else if (event.key === 'Escape') setDismissed(word);
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && offer) choose(offer);
    else return;
    event.preventDefault();
  };
  return { offers: isOpen ? offers : [], active, choose, onKeyDown, onSelect };
}

function offersFor({ kind, query }: Completion, files: readonly string[]): Offer[] {
  if (kind === 'file') return files.map((path) => ({ value: mentionOf(path), label: path }));
  // A command that is written out is to be sent by the next Enter.
  return SLASH_COMMANDS.filter(({ name }) => name.startsWith(`/${query}`) && name !== `/${query}`).map(
    ({ name, help }) => ({ value: name, label: name, help: t(help) }),
  );
}
