import { ScriptedModel, startScriptedModel } from './scripted-model';
import { deltasReply, ScriptedReply, textReply } from './scripted-reply';
import type { ScriptedRequest } from './scripted-request';

const WORDS = /^say (\d+) words(?: every (\d+) ms)?/;

/** Answers `say 20 words every 10 ms` with that, anything else with an echo of it. */
export function wordedReply({ lastUserText }: ScriptedRequest): ScriptedReply {
  const [, count, delayMs = '0'] = WORDS.exec(lastUserText) ?? [];
  if (count === undefined) return textReply(`You said: ${lastUserText}`);
  return deltasReply(Number(count), { delayMs: Number(delayMs) });
}

/** The text of that many words. */
export const words = (count: number): string => deltasReply(count).text?.join('') ?? '';

export const startWordedModel = (): Promise<ScriptedModel> => startScriptedModel(wordedReply);

/** What users and model have said before in a request, oldest first; codex's own context is in there, too. */
export const promptTextOf = (request: ScriptedRequest): string =>
  request.messages.map(({ role, content }) => `${String(role)}: ${JSON.stringify(content)}`).join('\n');
