import type { Request } from 'express';
import { allows } from '../../auth/permission';
import type { Principal } from '../../auth/principal';
import type { ServerConfig } from '../../config/server.config';
import type { GatewayCaller } from '../../gateway/wire/gateway-caller';
import { OpenAiError } from '../../gateway/wire/openai.error';
import { chatIdOf } from './agent-ids';
import { ITEM_FORMS, type ItemForm } from './readable-answer';

/** Headers of requests, and the first of answers, too. */
export const CHAT_HEADER = 'x-chat-id';
const ITEMS_HEADER = 'x-agent-items';
const APPROVALS_HEADER = 'x-agent-approvals';

/**
 * The user who asks. A gateway key is for models alone: who has one must not thereby reach its user's chats and what the agent may do.
 *
 * @throws OpenAiError 403 `permission_denied`
 */
export function userOf({ user, kind }: GatewayCaller): Principal {
  if (user === undefined || kind !== 'open') {
    const words =
      'The model "agent" acts for a user: call it with a token of a user that has the scope "chat", not with a gateway key.';
    throw new OpenAiError(403, 'permission_denied', words, 'model');
  }
  if (allows(user, 'chat:write')) return user;
  const words =
    'The model "agent" needs the permission chat:write, which the role or the scopes of the caller do not have.';
  throw new OpenAiError(403, 'permission_denied', words, 'model');
}

/** How actions are to be shown. @throws OpenAiError 400 for a form that is not one of `allowed` */
export function itemFormOf(request: Request, allowed: readonly ItemForm[]): ItemForm {
  const asked = request.get(ITEMS_HEADER)?.trim().toLowerCase() ?? 'text';
  const form = ITEM_FORMS.find((one) => one === asked);
  if (form !== undefined && allowed.includes(form)) return form;
  throw new OpenAiError(400, 'invalid_request', `${ITEMS_HEADER} must be ${allowed.join(' or ')} here.`, ITEMS_HEADER);
}

/** Whether a question of the agent ends the answer, which is so unless it is to be answered elsewhere meanwhile. */
export function waitsForWords(request: Request): boolean {
  const asked = request.get(APPROVALS_HEADER)?.trim().toLowerCase() ?? 'ask';
  if (asked === 'ask' || asked === 'wait') return asked === 'ask';
  throw new OpenAiError(400, 'invalid_request', `${APPROVALS_HEADER} must be ask or wait.`, APPROVALS_HEADER);
}

/** The chat that the request names by its header. @throws OpenAiError 400 for what is no id */
export function chatOfHeader(request: Request): string | undefined {
  const given = request.get(CHAT_HEADER)?.trim();
  if (given === undefined || given === '') return undefined;
  const id = chatIdOf(given);
  if (id !== undefined) return id;
  throw new OpenAiError(400, 'invalid_request', `${CHAT_HEADER} must be the id of a chat.`, CHAT_HEADER);
}

/** Where a question can be answered by hand: the chat in the web client. */
export function linkTo(chatId: string, request: Request, { publicUrl, basePath }: ServerConfig): string {
  const own = `${request.protocol}://${request.get('host') ?? 'localhost'}${basePath}`;
  return `${publicUrl === '' ? own : publicUrl}/#/chats/${chatId}`;
}
