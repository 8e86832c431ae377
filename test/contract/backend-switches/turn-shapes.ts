import { callsReply, ScriptedCall, ScriptedReply, textReply } from '../../support/scripted-reply';
import { WireRequest } from '../support/wire-request';

/** What happens in a turn. */
export const SHAPES = [
  ...['text', 'call', 'parallel', 'patch', 'thoughts', 'thoughts-and-call', 'blank-and-call', 'picture', 'view'],
  ...['nearly-full', 'stopped', 'stopped-in-call', 'steered', 'refused', 'filtered', 'cut'],
] as const;
export type Shape = (typeof SHAPES)[number];

/** Shapes whose turn does not complete, and how it ends. */
export const ENDS: Partial<Record<Shape, string>> = {
  ...{ stopped: 'interrupted', 'stopped-in-call': 'interrupted', refused: 'failed', filtered: 'failed' },
};

export interface PlannedTurn {
  readonly number: number;
  readonly shape: Shape;
  readonly backend: string;
  /** Path of a picture that the agent may look at. */
  readonly picture: string;
}

/** The words of a turn: the user's, those of the answer, of a command's output, of a text that breaks off. */
export const wordsOf = ({ number }: Pick<PlannedTurn, 'number'>) => ({
  ...{ user: `user${number}word`, answer: `answer${number}word`, output: `output${number}word` },
  ...{ begun: `begun${number}word`, steer: `steer${number}word`, refused: `refused${number}word` },
});
const ANY_WORD = /(?:user|answer|output|begun|steer)\d+word/g;
export const wordsIn = (text: string): Set<string> => new Set(text.match(ANY_WORD));

const NATIVE = ['openai', 'azure'];
/** Reasons by which a provider stops an answer for what it says. */
const FILTERED: Readonly<Record<string, string>> = {
  anthropic: 'refusal',
  google: 'SAFETY',
  bedrock: 'content_filtered',
};

/** What the model answers in a turn: by its shape, and by how often it was asked in it. */
export function replyIn(turn: PlannedTurn, request: WireRequest, round: number): ScriptedReply {
  const { backend, scripted } = request;
  if (scripted.raw.includes('CONTEXT CHECKPOINT COMPACTION')) {
    return textReply(`So far: ${[...wordsIn(scripted.raw)].join(' ')}`);
  }
  const words = wordsOf(turn);
  const done = textReply(words.answer, round > 0 ? {} : moreOf(turn));
  if (round > 0) return done;
  switch (turn.shape) {
    case 'call':
      return calls(request, [echo(words.output)]);
    case 'parallel':
      return calls(request, [echo(words.output), echo('beside'), echo('and')]);
    case 'patch':
      return calls(request, [patch(turn, backend)]);
    case 'thoughts':
      return { ...done, ...thoughtsOf(backend) };
    case 'thoughts-and-call':
      return { ...calls(request, [echo(words.output)]), ...thoughtsOf(backend) };
    case 'blank-and-call':
      return { ...calls(request, [echo(words.output)]), text: ['\n\n'] };
    case 'view':
      return calls(request, [{ name: 'view_image', arguments: { path: turn.picture } }]);
    case 'stopped-in-call':
      return calls(request, [
        { name: 'exec_command', arguments: { cmd: 'sleep 30', yield_time_ms: 30_000 } },
        echo('no'),
      ]);
    case 'filtered':
      return textReply(words.begun, { finishReason: FILTERED[backend] ?? 'content_filter' });
    case 'stopped':
    case 'steered':
      return { text: [`${words.begun} `, ...Array.from({ length: 200 }, () => 'on ')], delayMs: 20 };
    case 'cut':
      return { text: ['half ', 'of ', 'it '], fault: { kind: 'abort', afterFrames: 4 } };
    default:
      return done;
  }
}

/** Nearly all of the window, so that the agent sums up before the next turn. */
const moreOf = ({ shape }: PlannedTurn): ScriptedReply =>
  shape === 'nearly-full' ? { usage: { input: 126_000, output: 10 } } : {};

const thoughtsOf = (backend: string): ScriptedReply => ({
  ...{ reasoning: ['let me think'], signature: `sig-${backend}.end`, reasoningStatus: backend === 'xai' },
});

const echo = (word: string): ScriptedCall => ({ name: 'exec_command', arguments: { cmd: `echo ${word}` } });

function patch({ number }: PlannedTurn, backend: string): ScriptedCall {
  const text = `*** Begin Patch\n*** Add File: file${number}.txt\n+${wordsOf({ number }).output}\n*** End Patch\n`;
  return NATIVE.includes(backend)
    ? { name: 'apply_patch', custom: true, arguments: text }
    : { name: 'apply_patch', arguments: { input: text } };
}

/** Calls with ids in the form that the provider gives them, some of which no other takes. */
function calls({ backend, scripted: { index } }: WireRequest, made: readonly ScriptedCall[]): ScriptedReply {
  return callsReply(made.map((call, position) => ({ ...call, id: idOf(backend, index * 8 + position, call.name) })));
}

function idOf(backend: string, number: number, name: string): string | undefined {
  if (backend === 'mistral') return number.toString(36).padStart(9, 'a');
  if (backend === 'anthropic') return `toolu_${number}`;
  if (backend === 'bedrock') return `tooluse_${number}-a_b`;
  if (backend === 'openai-compatible') return `functions.${name}:${number}`;
  if (backend === 'vllm') return `chatcmpl-tool-${'0'.repeat(80)}${number}`;
  return undefined;
}
