import { useEffect, useState } from 'react';
import { branchesApi } from '../../api/branches-api';
import type { Chat } from '../../api/types';
import { openChat } from '../../browser/hash-route';
import { t } from '../../languages/text';
import { Icon } from '../shell/Icon';
import { FIELD } from '../shell/Page';

/** The chats that branched off from one another; nothing for one that stands alone. */
export function BranchSwitcher({ chat }: { chat: Chat }) {
  const [branches, setBranches] = useState<readonly Chat[]>([]);
  useEffect(() => {
    let isLeft = false;
    branchesApi.list(chat.id).then(
      (list) => isLeft || setBranches(list),
      // It is only a way to others.
      () => undefined,
    );
    return () => {
      isLeft = true;
    };
  }, [chat.id, chat.updatedAt]);
  // The first is what the others branched off from.
  const ordered = branches.toReversed();
  const place = ordered.findIndex(({ id }) => id === chat.id);
  if (ordered.length < 2) return null;
  return (
    <div role="group" aria-label={t('Branches')} className="flex items-center">
      <Step words={t('Previous branch')} to={ordered[place - 1]} icon="rotate-180 rtl:rotate-0" />
      <select
        aria-label={t('Branches of this chat')}
        title={t('Branches of this chat')}
        className={`${FIELD} mt-0 w-auto max-w-36`}
        value={chat.id}
        onChange={(event) => openChat(event.target.value)}
      >
        {ordered.map(({ id, title }, index) => (
          <option key={id} value={id}>
            {`${index + 1}/${ordered.length} ${title}`}
          </option>
        ))}
      </select>
      <Step words={t('Next branch')} to={ordered[place + 1]} icon="rtl:rotate-180" />
    </div>
  );
}

interface StepProps {
  words: string;
  /** Undefined: there is none. */
  to: Chat | undefined;
  icon: string;
}

/** On phones the header has no room for it; the list beside it has all of them. */
function Step({ words, to, icon }: StepProps) {
  return (
    <button
      type="button"
      className="icon-button max-sm:hidden"
      aria-label={words}
      title={words}
      disabled={to === undefined}
      onClick={() => to && openChat(to.id)}
    >
      <Icon name="chevron" className={icon} />
    </button>
  );
}
