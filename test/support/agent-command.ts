import type { RelayClient } from './relay-client';
import type { ScriptedModel } from './scripted-model';
import { callsReply, textReply } from './scripted-reply';

/** Has the agent of a chat run a command. @returns what it has printed */
export async function outputOf(
  model: ScriptedModel,
  client: RelayClient,
  chatId: string,
  command: string,
): Promise<string> {
  model.play([
    callsReply([{ name: 'exec_command', arguments: { cmd: command, yield_time_ms: 30_000 } }]),
    textReply('done'),
  ]);
  const { turn } = await client.ask(chatId, 'run it');
  expect(turn).toMatchObject({ status: 'completed', error: null });
  const actions = await client.agentActions(chatId);
  return String(actions.at(-1)?.data.output);
}

/**
 * Has the agent of a chat on the demo backend, in which nobody is asked, run a command of a shell. Codex hides quick commands
 * whose output has words of a refusal, and may miss what is printed just before the end: so it takes its time at both.
 *
 * @returns what it has printed, and `ended with` its status
 */
export async function shellOutputOf(client: RelayClient, chatId: string, command: string): Promise<string> {
  const { turn } = await client.ask(chatId, `run: sleep 0.3; (${command}) 2>&1; echo ended with $?; sleep 0.3`);
  expect(turn).toMatchObject({ status: 'completed', error: null });
  return String((await client.agentActions(chatId)).at(-1)?.data.output);
}
