import { type FocusEvent, type KeyboardEvent, useRef, useState } from 'react';
import { type NotificationState, useNotifications } from '../../browser/notifications';
import { canPush } from '../../browser/push';
import { t, type Words, words } from '../../languages/text';
import { useAccount } from '../../session/account';
import { usePush } from '../../session/use-push';
import { Icon } from '../shell/Icon';
import { Spinner } from '../shell/Spinner';

type Choice = 'off' | 'open' | 'closed';

const CHOICES: readonly { choice: Choice; word: Words; text: Words }[] = [
  { choice: 'off', word: words('Off'), text: words('The list of chats shows it all the same.') },
  { choice: 'open', word: words('While this page is open'), text: words('In another tab or window, say.') },
  {
    ...{ choice: 'closed', word: words('Also when it is closed') },
    text: words('Through the push service of the browser, encrypted. Ends when you sign out.'),
  },
];

const OBSTACLES: Partial<Record<NotificationState, Words>> = {
  blocked: words('Notifications are blocked in the settings of the browser.'),
  missing: words('This browser shows no notifications here: it needs an address that begins with https.'),
};

/** When the browser tells of chats that wait or end: never, while the page is open, or also when it is closed. */
export function NotifyChoice() {
  const [isOpen, setOpen] = useState(false);
  const [state, turn] = useNotifications();
  const account = useAccount();
  const push = usePush(account, state === 'on');
  const root = useRef<HTMLDivElement>(null);
  const chosen: Choice = state !== 'on' ? 'off' : push.isOn ? 'closed' : 'open';
  const choose = async (choice: Choice): Promise<void> => {
    const now = await turn(choice !== 'off');
    if (choice === 'closed' ? now === 'on' : chosen === 'closed') push.turn(choice === 'closed');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isOpen) return;
    event.stopPropagation();
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  };
  const onBlur = ({ relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof Node && !root.current?.contains(relatedTarget)) setOpen(false);
  };
  return (
    <div ref={root} className="relative ms-auto" onKeyDown={onKeyDown} onBlur={onBlur}>
      <button
        type="button"
        className="icon-button aria-pressed:text-primary"
        aria-pressed={chosen !== 'off'}
        aria-expanded={isOpen}
        aria-label={t('Notifications')}
        title={t('Notifications')}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={state === 'blocked' || state === 'missing' ? 'bellOff' : 'bell'} />
      </button>
      {isOpen && (
        <ChoicePanel
          {...{ state, chosen, error: push.error, isBusy: push.isBusy }}
          hasAccount={account?.permissions.includes('account') ?? false}
          onChoose={(choice) => void choose(choice)}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}

interface ChoicePanelProps {
  state: NotificationState;
  chosen: Choice;
  error: string | null;
  isBusy: boolean;
  hasAccount: boolean;
  onChoose: (choice: Choice) => void;
  onClose: () => void;
}

function ChoicePanel({ state, chosen, error, isBusy, hasAccount, onChoose, onClose }: ChoicePanelProps) {
  const obstacle = OBSTACLES[state];
  const cannotPush = !canPush() || !hasAccount;
  return (
    <>
      {/* A click beside it closes it. */}
      <div className="fixed inset-0 z-20" aria-hidden="true" onClick={onClose} />
      <fieldset className="absolute end-0 top-full z-30 mt-1 w-64 rounded-xl border bg-card p-2 text-sm shadow-md">
        <legend className="sr-only">{t('Tell me when a chat waits or ends')}</legend>
        <p aria-hidden="true" className="px-2 pt-1 pb-1.5 font-medium">
          {t('Tell me when a chat waits or ends')}
        </p>
        {CHOICES.map(({ choice, word, text }) => (
          <label
            key={choice}
            className="flex items-start gap-2 rounded-lg px-2 py-1.5 hover:bg-muted has-disabled:opacity-60"
          >
            <input
              type="radio"
              name="notify"
              className="mt-1"
              checked={chosen === choice}
              disabled={isBusy || (choice !== 'off' && obstacle !== undefined) || (choice === 'closed' && cannotPush)}
              onChange={() => onChoose(choice)}
            />
            <span>
              {t(word)}
              <span className="block text-xs text-muted-foreground">{t(text)}</span>
            </span>
          </label>
        ))}
        <Said words={obstacle && t(obstacle)} />
        {obstacle === undefined && !canPush() && (
          <Said
            words={t(
              'This browser cannot be told when the page is closed; on an iPhone, add the page to the home screen first.',
            )}
          />
        )}
        {isBusy && (
          <p role="status" className="flex items-center gap-2 px-2 py-1 text-muted-foreground">
            <Spinner /> {t('One moment…')}
          </p>
        )}
        {error !== null && (
          <p role="alert" className="mt-1 rounded-lg bg-danger-soft px-2 py-1.5 break-words text-danger">
            {error}
          </p>
        )}
      </fieldset>
    </>
  );
}

function Said({ words: text }: { words: string | undefined }) {
  return text === undefined ? null : <p className="px-2 py-1 text-xs text-muted-foreground">{text}</p>;
}
