import { DemoCall } from './demo-conversation';
import { callOrExplain, DemoWord } from './demo-step';

const TOOL = 'apply_patch';

/** Adds a file; one that it wrote before in this chat it changes, so that there is a difference to see. */
export const WRITE: DemoWord = {
  word: 'write',
  usage: 'write: notes.txt some text',
  description: 'writes a file into the workspace',
  step: (rest, conversation) => {
    const name = /^\S+/.exec(rest)?.[0] ?? 'notes.txt';
    const lines = contentOf(name, rest.slice(name.length).trim());
    const attempts = patchesOf(conversation.calls);
    const known = patchesOf(conversation.earlierCalls).findLast(
      (call) => isDone(call) && linesWritten(call, name).length > 0,
    );
    const patches = [
      ...(known === undefined ? [] : [updatePatch(name, linesWritten(known, name), lines)]),
      addPatch(name, lines),
    ];
    const next = patches[attempts.length];
    const last = attempts.at(-1);
    if (next === undefined || (last !== undefined && isDone(last))) {
      return { think: 'The patch has been answered.', say: report(name, lines, last) };
    }
    const think =
      last === undefined ? `I will write ${name} with a patch.` : `${name} is not as I left it. I will write it anew.`;
    return callOrExplain(conversation, TOOL, { input: next }, { think });
  },
};

const patchesOf = (calls: readonly DemoCall[]): DemoCall[] => calls.filter(({ tool }) => tool === TOOL);

/** Replaces a file that is there already (codex 0.169.0). */
const addPatch = (name: string, lines: readonly string[]): string =>
  patchOf([`*** Add File: ${name}`, ...lines.map((line) => `+${line}`)]);

const updatePatch = (name: string, old: readonly string[], lines: readonly string[]): string =>
  patchOf([`*** Update File: ${name}`, '@@', ...old.map((line) => `-${line}`), ...lines.map((line) => `+${line}`)]);

const patchOf = (lines: readonly string[]): string => ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');

/** What a patch of this model left in the file. */
function linesWritten({ input }: DemoCall, name: string): string[] {
  const patch = typeof input.input === 'string' ? input.input : '';
  if (!patch.includes(`File: ${name}\n`)) return [];
  return patch.split('\n').flatMap((line) => (line.startsWith('+') ? line.slice(1) : []));
}

const contentOf = (name: string, text: string): string[] =>
  text === '' ? [`# ${name}`, '', 'Written by the demo model of codex-relay.'] : text.split('\n');

const isDone = ({ output }: DemoCall): boolean => /Success/.test(output);

function report(name: string, lines: readonly string[], last: DemoCall | undefined): string {
  if (last === undefined || !isDone(last)) {
    return `I could not write **${name}**. The agent said:\n\n\`\`\`text\n${last?.output.trim() ?? ''}\n\`\`\``;
  }
  const count = `${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`;
  return `I wrote **${name}** with ${count}:\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\``;
}
