import type { Evidence } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { sentIn } from './sent';
import { Violation, violation } from './violation';

/** Nobody saw anything of another chat, be it another user's or not. */
export function checkForeignTexts({ clients }: Evidence): Violation[] {
  const said = sentIn(clients);
  return ofKind(clients, 'event').flatMap(({ reader, chatId, event }) => {
    const foreign = tokensIn(JSON.stringify(event)).filter((token) => said.get(token)?.chatId !== chatId);
    return foreign.map((token) => violation('foreign_text', `${reader} saw ${token} in ${event.seq} ${event.type}`));
  });
}

/** No prompt holds anything of another chat. */
export function checkForeignPrompts({ clients, model }: Evidence): Violation[] {
  const said = sentIn(clients);
  return ofKind(model, 'asked').flatMap(({ token, prompt }) => {
    const tokens = prompt.flatMap((message) => message.tokens);
    const foreign = tokens.filter((other) => said.get(other)?.chatId !== said.get(token)?.chatId);
    return foreign.map((other) => violation('foreign_prompt', `${token} was asked with ${other} before it`));
  });
}
