import { createHash } from 'node:crypto';
import { ScriptedRequest, textOf } from '../../support/scripted-request';
import type { PromptMessage } from './entries';
import { tokensIn } from './token';

/** A short fingerprint of a text. */
export const digestOfText = (text: string): string => createHash('sha1').update(text).digest('base64').slice(0, 12);

/** What the gateway puts between two messages of the agent that follow each other, which it makes one. */
const BETWEEN = '\n\n';

/** The messages of users and agent in a prompt; what carries no token is codex's own. */
export function promptIn({ messages }: ScriptedRequest): PromptMessage[] {
  return messages.flatMap(({ role, content }) => {
    if (role !== 'user' && role !== 'assistant') return [];
    return textOf(content)
      .split(BETWEEN)
      .flatMap((text) => {
        const tokens = tokensIn(text);
        return tokens.length > 0 ? [{ role, tokens, digest: digestOfText(text) }] : [];
      });
  });
}

/** Outputs of commands that stand behind the last message of the user. */
export function roundOf({ messages }: ScriptedRequest): number {
  const said = messages.findLastIndex(({ role }) => role === 'user');
  return messages.slice(said + 1).filter(({ role }) => role === 'tool').length;
}
