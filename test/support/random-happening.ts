import type { AgentEvent } from '../../src/app-server/agent/agent-event';
import { NO_USAGE } from '../../src/chat/entities/token-usage.dto';
import type { Random } from '../chaos/seeded-random';

/** What an agent tells of, as far as a projection reads it. */
export type Content = { readonly type: AgentEvent['type'] } & Readonly<Record<string, unknown>>;

const usage = { ...NO_USAGE, inputTokens: 3, totalTokens: 3 };

/** Something that an agent may tell of, in any order. */
export function somethingOf(random: Random): Content {
  const number = random.between(1, 3);
  const command = (status: string, output: string): Content['item'] => {
    const data = { command: 'ls', cwd: '.', output, exitCode: status === 'completed' ? 0 : null, durationMs: null };
    return { id: `c${number}`, type: 'action', action: { kind: 'command', status, title: 'ls', data } };
  };
  const change = (diff: string) => [{ path: 'a', kind: 'update', movePath: null, diff }];
  const edit = (status: string): Content['item'] => {
    return {
      id: `f${number}`,
      type: 'action',
      action: { kind: 'file_change', status, title: 'a', data: { changes: change('+x') } },
    };
  };
  return random.pick<Content>([
    { type: 'messageDelta', itemId: `m${number}`, delta: 'some ' },
    { type: 'messageDelta', itemId: `m${number}`, delta: 'words ' },
    { type: 'itemCompleted', item: { id: `m${number}`, type: 'message', text: 'some words' } },
    { type: 'reasoningSummary', itemId: 'r', delta: 'thinking ' },
    { type: 'reasoningSummary', itemId: 'r', delta: 'more ' },
    { type: 'itemCompleted', item: { id: 'r', type: 'reasoning', text: 'thought' } },
    { type: 'itemStarted', item: command('running', '') },
    { type: 'commandOutput', itemId: `c${number}`, delta: 'out\n' },
    { type: 'itemCompleted', item: command('completed', 'out\nput\n') },
    { type: 'itemStarted', item: edit('running') },
    { type: 'fileChangeUpdated', itemId: `f${number}`, changes: change('+y') },
    { type: 'itemCompleted', item: edit('completed') },
    { type: 'planUpdated', explanation: null, plan: [{ step: 'one', status: 'pending' }] },
    { type: 'diffUpdated', diff: `diff --git a/x b/x\n+${random.between(1, 5)}` },
    { type: 'usageUpdated', usage, contextWindow: 1_000 },
    { type: 'warning', message: 'careful' },
    { type: 'error', failure: { code: 'upstream', message: 'Gone.' }, willRetry: random.chance(0.5) },
  ]);
}
