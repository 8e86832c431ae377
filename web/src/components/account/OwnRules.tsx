import { accountApi } from '../../api/account-api';
import type { PageQuery } from '../../api/projects-api';
import type { OwnApprovalRule } from '../../api/types';
import { chatHash } from '../../browser/hash-route';
import { commandLine } from '../../format/command-line';
import { formatDay } from '../../format/times';
import { t } from '../../languages/text';
import { Trans } from '../../languages/Trans';
import { usePaged } from '../../session/use-paged';
import { VisibleCode } from '../code/Visible';
import { Rows, Section } from '../shell/Page';

const readRules = (query: PageQuery) => accountApi.rules(query);

/** What one has allowed for good; each can be taken back. */
export function OwnRules() {
  const list = usePaged<OwnApprovalRule>(readRules);
  return (
    <Section
      title={t('Always allowed')}
      text={t('Commands that begin so run in their chat, in your turns, without asking.')}
      aside={
        <button type="button" className="button" onClick={list.reload}>
          {t('Read again')}
        </button>
      }
    >
      <Rows list={list} keyOf={({ id }) => id} nothing={t('Nothing: the agent asks each time.')}>
        {(rule) => (
          <div className="flex flex-wrap items-center gap-3">
            <a
              href={chatHash(rule.chatId)}
              className="min-w-0 flex-1 basis-40 break-all hover:underline"
              title={t('Open its chat')}
            >
              <VisibleCode text={commandLine(rule.prefix)} />
              <span className="block text-xs text-muted-foreground">
                <bdi>{rule.chatTitle || t('New chat')}</bdi>
                {' · '}
                <Trans
                  text="since <time/>"
                  parts={{ time: <time dateTime={rule.createdAt}>{formatDay(rule.createdAt)}</time> }}
                />
              </span>
            </a>
            <button
              type="button"
              className="button"
              aria-label={t('Withdraw {{rule}}', { rule: commandLine(rule.prefix) })}
              onClick={() => list.change(accountApi.withdrawRule(rule.id))}
            >
              {t('Withdraw')}
            </button>
          </div>
        )}
      </Rows>
    </Section>
  );
}
