import { useEffect, useState } from 'react';
import { branchesApi } from '../../api/branches-api';
import type { Chat } from '../../api/types';
import { openChat } from '../../browser/hash-route';
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
  if (branches.length < 2) return null;
  return (
    <select
      aria-label="Branches of this chat"
      title="Branches"
      className={`${FIELD} w-auto max-w-36`}
      value={chat.id}
      onChange={(event) => openChat(event.target.value)}
    >
      {branches.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}
