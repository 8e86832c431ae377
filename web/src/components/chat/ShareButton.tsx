import { useState } from 'react';
import type { Chat } from '../../api/types';
import { lazyPart } from '../../browser/lazy-part';
import { Icon } from '../shell/Icon';
import { useIsReader } from '../../session/account';
import { DialogPart } from '../shell/PartBoundary';
import { t } from '../../languages/text';

const ShareDialog = lazyPart(() => import('./ShareDialog'));

/** For those who may work in the chat; the server says no to who may not share it. */
export function ShareButton({ chat }: { chat: Chat }) {
  const [isOpen, setOpen] = useState(false);
  const isReader = useIsReader();
  if (isReader || chat.role === 'viewer') return null;
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={t('Share this chat')}
        title={t('Share')}
        onClick={() => setOpen(true)}
      >
        <Icon name="share" />
      </button>
      {isOpen && (
        <DialogPart title={t('Share this chat')} onClose={() => setOpen(false)}>
          <ShareDialog chatId={chat.id} onClose={() => setOpen(false)} />
        </DialogPart>
      )}
    </>
  );
}
