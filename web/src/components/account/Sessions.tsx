import { accountApi } from '../../api/account-api';
import type { BrowserSession } from '../../api/types';
import { browserName } from '../../format/browser-name';
import { formatMinute } from '../../format/times';
import { t } from '../../languages/text';
import { useReading } from '../../session/use-reading';
import { Section } from '../shell/Page';
import { Read } from '../shell/ReadState';

const readSessions = () => accountApi.sessions();

/** The browsers in which one is signed in; each can be signed out, and all others at once. */
export function Sessions() {
  const reading = useReading<readonly BrowserSession[]>(readSessions);
  const others = reading.value?.filter(({ isCurrent }) => !isCurrent) ?? [];
  const endOthers = () => reading.change(accountApi.endOtherSessions().then(() => undefined));
  return (
    <Section
      title={t('Browsers')}
      text={t('Where you are signed in.')}
      aside={
        others.length > 0 && (
          <button type="button" className="button" onClick={endOthers}>
            {t('Sign out everywhere else')}
          </button>
        )
      }
    >
      <Read reading={reading}>
        {(sessions) => (
          <ul className="divide-y rounded-xl border">
            {sessions.map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                onEnd={() => reading.change(accountApi.endSession(session.id))}
              />
            ))}
          </ul>
        )}
      </Read>
    </Section>
  );
}

function SessionRow({ session, onEnd }: { session: BrowserSession; onEnd: () => void }) {
  const name = browserName(session.userAgent) ?? t('A browser without a name');
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5">
      <div className="min-w-0 flex-1 basis-48 text-sm">
        <p className="break-words" title={session.userAgent}>
          {name}
          {session.isCurrent && <strong className="ms-2 font-medium text-success">{t('this one')}</strong>}
        </p>
        <p className="break-words text-muted-foreground">
          {session.address}
          {' · '}
          {t('last used {{time}}', { time: formatMinute(session.lastUsedAt) })}
          {' · '}
          {t('since {{time}}', { time: formatMinute(session.createdAt) })}
        </p>
      </div>
      {!session.isCurrent && (
        <button
          type="button"
          className="button"
          aria-label={t('Sign out of {{browser}}', { browser: name })}
          onClick={onEnd}
        >
          {t('Sign out')}
        </button>
      )}
    </li>
  );
}
