import type { Turn } from '../../app-server/protocol/generated/v2/Turn';

/** Texts of the agent's messages, as codex's own record of a turn has them, in order. */
export const textsOf = ({ items }: Pick<Turn, 'items'>): string[] =>
  items.flatMap((item) => (item.type === 'agentMessage' ? [item.text] : []));

/** Ids of the users' messages that codex was told in a turn, in order. */
export const messageIdsOf = ({ items }: Pick<Turn, 'items'>): string[] =>
  items.flatMap((item) => (item.type === 'userMessage' ? (item.clientId ?? []) : []));
