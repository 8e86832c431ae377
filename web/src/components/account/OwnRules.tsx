import { accountApi } from '../../api/account-api';
import type { PageQuery } from '../../api/projects-api';
import type { ApprovalRule } from '../../api/types';
import { chatHash } from '../../browser/hash-route';
import { usePaged } from '../../session/use-paged';
import { Rows, Section } from '../shell/Page';

const readRules = (query: PageQuery) => accountApi.rules(query);

/** What one has allowed for good; each can be taken back. */
export function OwnRules() {
  const list = usePaged<ApprovalRule>(readRules);
  return (
    <Section title="Always allowed" text="Commands that begin so run in their chat, in your turns, without asking.">
      <Rows list={list} keyOf={({ id }) => id} nothing="Nothing: the agent asks each time.">
        {(rule) => (
          <div className="flex flex-wrap items-center gap-3">
            <a href={chatHash(rule.chatId)} className="min-w-0 flex-1 font-mono break-all hover:underline">
              {rule.prefix.join(' ')}
            </a>
            <button type="button" className="button" onClick={() => list.change(accountApi.withdrawRule(rule.id))}>
              Withdraw
            </button>
          </div>
        )}
      </Rows>
    </Section>
  );
}
