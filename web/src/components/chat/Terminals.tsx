import { useCallback, useEffect, useState } from 'react';
import { describeError } from '../../api/problem';
import { relayApi } from '../../api/relay-api';
import type { Terminal } from '../../api/types';
import { visibleString } from '../../format/visible';
import { VisibleCode } from '../code/Visible';
import { Icon } from '../shell/Icon';
import { t } from '../../languages/text';

/** While something runs on; it may end by itself. */
const LOOK_AGAIN_MS = 15_000;

interface TerminalsProps {
  chatId: string;
  /** Nothing is asked while a turn runs, which may begin and end more of them. */
  isRunning: boolean;
  mayEnd: boolean;
}

/** What the agent has left running, such as a server, with the means to end it. */
export function Terminals({ chatId, isRunning, mayEnd }: TerminalsProps) {
  const [terminals, setTerminals] = useState<readonly Terminal[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(async () => {
    // The list is no reason for a message; it is there with the next look.
    await relayApi.listTerminals(chatId).then(setTerminals, () => undefined);
  }, [chatId]);
  useEffect(() => {
    if (!isRunning) void load();
  }, [load, isRunning]);
  const hasSome = terminals.length > 0;
  useEffect(() => {
    if (!hasSome) return;
    const timer = setInterval(() => void load(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [load, hasSome]);
  const end = async ({ id }: Terminal) => {
    setProblem(null);
    try {
      await relayApi.endTerminal(chatId, id);
    } catch (error) {
      setProblem(describeError(error));
    }
    await load();
  };
  if (!hasSome) return null;
  return (
    <section aria-label={t('Commands that run on')} className="mb-2 rounded-xl border bg-card px-3 py-2 text-sm">
      <ul className="flex flex-col gap-1">
        {terminals.map((terminal) => (
          <li key={terminal.id} className="flex min-w-0 items-center gap-2">
            <Icon name="terminal" className="text-muted-foreground" />
            <span dir="ltr" className="min-w-0 flex-1 truncate rtl:text-end" title={visibleString(terminal.command)}>
              <VisibleCode text={terminal.command} className="text-xs" />
            </span>
            {mayEnd && (
              <button
                type="button"
                className="button min-h-7 px-2 text-xs pointer-coarse:min-h-10"
                aria-label={t('End {{command}}', { command: terminal.command })}
                onClick={() => void end(terminal)}
              >
                {t('End')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {problem && (
        <p role="alert" className="mt-1 text-danger">
          {problem}
        </p>
      )}
    </section>
  );
}
