import { DemoCall, DemoConversation } from './demo-conversation';
import { callOrExplain, DemoStep, DemoWord } from './demo-step';

const TOOL = 'exec_command';
const MAX_SHOWN_LENGTH = 2000;

/** Runs a command as the sandbox allows. */
export const RUN: DemoWord = {
  word: 'run',
  usage: 'run: ls -la',
  description: 'runs a command in the workspace',
  step: (command, conversation) =>
    commandStep(
      conversation,
      command,
      { cmd: command || 'ls -la' },
      `The user wants me to run \`${command}\`. I will do that and look at its output.`,
    ),
};

/** Runs a command outside the sandbox, for which codex asks the user. */
export const APPROVE: DemoWord = {
  word: 'approve',
  usage: 'approve: touch /tmp/hello',
  description: 'asks for your approval, then runs the command without the sandbox',
  step: (command, conversation) => {
    const input = {
      cmd: command || 'date',
      sandbox_permissions: 'require_escalated',
      justification: `May I run \`${command || 'date'}\` outside the sandbox?`,
    };
    return commandStep(
      conversation,
      command,
      input,
      'This needs more rights than the sandbox gives, so I have to ask first.',
    );
  },
};

function commandStep(
  conversation: DemoConversation,
  command: string,
  input: Readonly<Record<string, unknown>>,
  think: string,
): DemoStep {
  const ran = conversation.calls.find(({ tool }) => tool === TOOL);
  if (ran === undefined) return callOrExplain(conversation, TOOL, input, { think });
  return { think: 'The command has come back. I will sum it up.', say: summary(command, ran) };
}

function summary(command: string, { output }: DemoCall): string {
  const { text, exitCode } = readOutput(output);
  const shown = text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}\n...` : text;
  const lines = text === '' ? 0 : text.split('\n').length;
  const outcome = exitCode === undefined ? 'did not run to its end' : `ended with exit code **${exitCode}**`;
  const fence = shown.includes('```') ? '````' : '```';
  return [
    `### Result of \`${command}\``,
    `The command ${outcome} and wrote ${lines} ${lines === 1 ? 'line' : 'lines'}.`,
    ...(shown === '' ? [] : [`${fence}text\n${shown}\n${fence}`]),
  ].join('\n\n');
}

/** The output as codex's `exec_command` reports it: a few lines of facts, then `Output:`. */
function readOutput(output: string): { text: string; exitCode: number | undefined } {
  const code = /Process exited with code (-?\d+)/.exec(output)?.[1];
  const marker = output.indexOf('Output:\n');
  const text = marker < 0 ? output : output.slice(marker + 'Output:\n'.length);
  return { text: text.trimEnd(), exitCode: code === undefined ? undefined : Number(code) };
}
