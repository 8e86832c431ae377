import { filesHash } from '../../browser/hash-route';
import { t } from '../../languages/text';

/** The way from the workspace to a folder or file; each folder of it can be gone to. */
export function Breadcrumbs({ chatId, path }: { chatId: string; path: string }) {
  const names = path === '' ? [] : path.split('/');
  return (
    <nav aria-label={t('Where this is')} className="min-w-0 flex-1 basis-48">
      <ol className="flex flex-wrap items-center gap-x-1 text-sm" dir="ltr">
        <Crumb chatId={chatId} to="" name={t('workspace')} isLast={names.length === 0} />
        {names.map((name, index) => (
          <Crumb
            key={index}
            chatId={chatId}
            to={names.slice(0, index + 1).join('/')}
            name={name}
            isLast={index === names.length - 1}
          />
        ))}
      </ol>
    </nav>
  );
}

function Crumb({ chatId, to, name, isLast }: { chatId: string; to: string; name: string; isLast: boolean }) {
  return (
    <li className="flex min-w-0 items-center gap-1">
      {to !== '' && <span aria-hidden="true">/</span>}
      {isLast ? (
        <bdi aria-current="page" className="font-medium break-all">
          {name}
        </bdi>
      ) : (
        <a
          href={filesHash(chatId, 'files', to)}
          className="break-all text-muted-foreground underline-offset-2 hover:underline"
        >
          <bdi>{name}</bdi>
        </a>
      )}
    </li>
  );
}
