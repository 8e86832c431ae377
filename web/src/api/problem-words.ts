import { currentLanguage } from '../languages/locale';
import { isolated, t, type Words, words } from '../languages/text';

/** What stable codes of the service mean, for those who do not read its English. */
const OF_CODES: Readonly<Record<string, Words>> = {
  unauthenticated: words('You are not signed in.'),
  permission_denied: words('You may not do this.'),
  read_only: words('You may read this, and change nothing.'),
  admin_only: words('Only administrators may do this.'),
  user_disabled: words('This account has been disabled.'),
  wrong_password: words('The password is wrong.'),
  chat_not_found: words('There is no such chat.'),
  not_found: words('This does not exist, or is not yours.'),
  conflict: words('This has been changed meanwhile.'),
  queue_changed: words('The queue has been changed meanwhile.'),
  version_changed: words('Somebody has changed it meanwhile.'),
  file_changed: words('The file has been changed meanwhile.'),
  approval_already_resolved: words('This has been answered already.'),
  validation_failed: words('Something in this is not valid.'),
  chat_queue_full: words('Too many messages wait in this chat.'),
  pool_saturated: words('The service is at its limit. Try again in a moment.'),
  limit_reached: words('A limit is reached.'),
  rate_limited: words('Too many calls in a short time. Try again in a moment.'),
  rate_limit_exceeded: words('The model provider takes no more calls now.'),
  usage_limit_exceeded: words('The quota of the provider, or a budget, is spent.'),
  upstream_unauthorized: words('The model provider refused its key.'),
  upstream_unavailable: words('The model provider cannot be reached.'),
  upstream_error: words('The model provider failed.'),
  content_filter: words('The content filter of the provider refused this.'),
  context_length_exceeded: words('The conversation does not fit into the context of the model.'),
  model_not_found: words('The model is not known.'),
  storage_low: words('The disk of the service is nearly full.'),
  storage_unavailable: words('The storage of the service cannot be reached.'),
  workspace_limit: words('The workspace of the chat is too large.'),
  turn_limit_reached: words('The turn has used up what one turn may.'),
  turn_idle_timeout: words('The agent was silent for too long and was stopped.'),
  instance_lost: words('The process of the agent was lost. Send the message again.'),
  pool_unavailable: words('No process could be had for the agent.'),
  sandbox_error: words('The sandbox of a command could not be set up.'),
  turn_failed: words('The turn has failed.'),
  internal_error: words('Something went wrong in the service.'),
};

/** By the status of an answer whose code has no words of its own. */
const OF_STATUSES: Readonly<Record<number, keyof typeof OF_CODES>> = {
  ...{ 401: 'unauthenticated', 403: 'permission_denied', 404: 'not_found', 409: 'conflict', 422: 'validation_failed' },
  ...{ 429: 'rate_limited', 500: 'internal_error', 503: 'pool_saturated' },
};

/**
 * What the service says of a fault. It says so in English: in another language the sentence of its code stands before that, which tells
 * the particulars.
 */
export function explained(code: string, detail: string, status = 0): string {
  if (currentLanguage() === 'en') return detail;
  const sentence = OF_CODES[code] ?? OF_CODES[OF_STATUSES[status] ?? ''];
  return sentence ? `${t(sentence)} ${isolated(detail)}` : detail;
}
