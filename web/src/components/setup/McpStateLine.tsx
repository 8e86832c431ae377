import type { McpState } from '../../api/types';
import { t } from '../../languages/text';
import { Visible, VisibleCode } from '../code/Visible';

type Shown = Pick<McpState, 'status' | 'tools' | 'leftOut' | 'failure'>;

/** How an MCP server does, and which tools it has; what it says of them is not to be trusted. */
export function McpStateLine({ state }: { state: Shown }) {
  const { status, tools, leftOut, failure } = state;
  if (status === 'not_started') {
    return <p className="text-muted-foreground">{t('It is started with the first turn that uses it.')}</p>;
  }
  return (
    <>
      {status === 'ready' ? (
        <p className="text-success">{t('Connected')}</p>
      ) : (
        <p className={status === 'failed' ? 'text-danger' : 'text-warning'}>
          {status === 'failed' ? t('Cannot be used') : t('Needs you to sign in')}
          {failure !== null && (
            <>
              {': '}
              <Visible text={failure} />
            </>
          )}
        </p>
      )}
      {(tools.length > 0 || leftOut.length > 0) && <Tools tools={tools} leftOut={leftOut} />}
    </>
  );
}

function Tools({ tools, leftOut }: Pick<Shown, 'tools' | 'leftOut'>) {
  return (
    <details>
      <summary className="w-fit cursor-pointer underline underline-offset-2">
        {t('{{count}} tools', { count: tools.length })}
      </summary>
      <ul className="mt-1 grid max-h-80 gap-1 overflow-y-auto ps-3" tabIndex={0} aria-label={t('Tools')}>
        {tools.map(({ name, description }) => (
          <li key={name} className="min-w-0 break-words">
            <VisibleCode text={name} />
            {description && (
              <span className="text-muted-foreground">
                {' — '}
                <Visible text={description} />
              </span>
            )}
          </li>
        ))}
        {leftOut.map((reason) => (
          <li key={reason} className="min-w-0 break-words text-warning">
            {t('Left out:')} <Visible text={reason} />
          </li>
        ))}
      </ul>
    </details>
  );
}
