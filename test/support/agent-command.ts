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
