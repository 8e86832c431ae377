import { adminApi } from '../../api/admin-api';
import type { PageQuery } from '../../api/projects-api';
import type { PoolSession } from '../../api/types';
import { t } from '../../languages/text';
import { usePaged } from '../../session/use-paged';
import { Rows, Section } from '../shell/Page';

const read = (query: PageQuery) => adminApi.sessions(query);

/** Which chats are in the memory of which app-server. */
export function LoadedThreads() {
  const list = usePaged<PoolSession>(read);
  return (
    <Section
      title={t('Loaded threads')}
      aside={
        <button type="button" className="button" onClick={list.reload}>
          {t('Read again')}
        </button>
      }
    >
      <Rows list={list} keyOf={({ threadId }) => threadId} nothing={t('No thread is loaded.')}>
        {({ threadId, instanceId, chatId, userId, running }) => (
          <p className="flex flex-wrap justify-between gap-x-3">
            <span className="min-w-0 break-all">
              {instanceId}
              {' · '}
              {chatId === null
                ? t('thread {{thread}} of no chat', { thread: threadId })
                : t('chat {{chat}} of {{user}}', { chat: chatId, user: userId ?? '' })}
            </span>
            <span className={running ? 'text-success' : 'text-muted-foreground'}>
              {running ? t('a turn runs') : t('rests')}
            </span>
          </p>
        )}
      </Rows>
    </Section>
  );
}
