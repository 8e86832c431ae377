import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { QueueFate } from '../../api/types';
import { useReturnFocus } from '../../browser/use-return-focus';
import { t, type Words, words } from '../../languages/text';

interface StopButtonProps {
  /** How many messages wait: with some, there is something to choose. */
  waiting: number;
  onStop: (queue: QueueFate) => void;
}

const CHOICES: readonly (readonly [fate: QueueFate, label: Words])[] = [
  ['keep', words('Stop, and go on with what waits')],
  ['hold', words('Stop, and hold what waits')],
  ['clear', words('Stop, and remove what waits')],
];

/** Stops the turn; where messages wait it asks what becomes of them. */
export function StopButton({ waiting, onStop }: StopButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const choose = (fate: QueueFate): void => {
    setOpen(false);
    onStop(fate);
    // The button goes away with the turn; the focus stays where the work is.
    const hasFocus = root.current?.contains(document.activeElement) ?? false;
    if (hasFocus) root.current?.closest('form')?.querySelector<HTMLElement>('textarea')?.focus();
  };
  const press = (): void => (waiting > 0 ? setOpen(!isOpen) : choose('keep'));
  useEscape(root, press);
  useEffect(() => {
    if (!isOpen) return;
    const closeElsewhere = ({ target }: PointerEvent): void => {
      if (!(target instanceof Node && root.current?.contains(target))) setOpen(false);
    };
    document.addEventListener('pointerdown', closeElsewhere);
    return () => document.removeEventListener('pointerdown', closeElsewhere);
  }, [isOpen]);
  return (
    <div ref={root} className="relative" onKeyDown={moveFocus}>
      {isOpen && waiting > 0 && <Fates onChoose={choose} />}
      <button
        type="button"
        onClick={press}
        aria-expanded={waiting > 0 ? isOpen : undefined}
        aria-haspopup={waiting > 0 ? 'menu' : undefined}
        className="button size-9 shrink-0 p-0 pointer-coarse:size-10"
        aria-label={t('Stop the turn')}
        title={t('Stop (Esc)')}
      >
        <span
          className="size-3 rounded-[3px] bg-danger forced-color-adjust-none forced-colors:bg-[ButtonText]"
          aria-hidden="true"
        />
      </button>
    </div>
  );
}

function Fates({ onChoose }: { onChoose: (fate: QueueFate) => void }) {
  const menu = useRef<HTMLDivElement>(null);
  useReturnFocus();
  useEffect(() => menu.current?.querySelector('button')?.focus(), []);
  return (
    <div
      ref={menu}
      role="menu"
      aria-label={t('What becomes of the messages that wait')}
      className="absolute end-0 bottom-full z-10 mb-2 flex w-64 flex-col rounded-xl border bg-card p-1 text-sm shadow-md"
    >
      {CHOICES.map(([fate, label]) => (
        <button
          key={fate}
          type="button"
          role="menuitem"
          className="rounded-lg px-2.5 py-2 text-start hover:bg-muted focus-visible:bg-muted"
          onClick={() => onChoose(fate)}
        >
          {t(label)}
        </button>
      ))}
    </div>
  );
}

/**
 * Escape stops, wherever the focus is on the page, unless it was meant for something else: a list that is open, a field that
 * is not the composer's.
 */
function useEscape(root: RefObject<HTMLElement | null>, press: () => void): void {
  const latest = useRef(press);
  latest.current = press;
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (isMeantElsewhere(event.target, root.current?.closest('form')) || document.querySelector('dialog[open]'))
        return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [root]);
}

/** Also for a field that does nothing with Escape: whoever types there means to leave it, not to stop the agent. */
const isMeantElsewhere = (target: EventTarget | null, composer: Element | null | undefined): boolean =>
  target instanceof Element &&
  (target.closest('nav, dialog') !== null ||
    (target.matches('input, textarea, select') && !composer?.contains(target)));

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  if (step === undefined || items.length === 0) return;
  event.preventDefault();
  const at = items.findIndex((item) => item === document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
}
