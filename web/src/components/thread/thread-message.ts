import { getExternalStoreMessages, type MessageState, type ThreadMessageLike } from '@assistant-ui/react';
import type { AssistantEntry, AssistantPart, ThreadEntry } from '../../log/thread-entries';

type ContentPart = Exclude<ThreadMessageLike['content'], string>[number];

const contentOfPart = new WeakMap<AssistantPart, ContentPart>();

/** Our entry as assistant-ui's message: talk and thought are its own part types, all else are data parts by kind. */
export function toThreadMessage(entry: ThreadEntry): ThreadMessageLike {
  if (entry.role === 'user') return { role: 'user', id: entry.id, content: entry.text };
  return {
    role: 'assistant',
    id: entry.id,
    content: entry.parts.map(cachedContent),
    status: statusOf(entry),
  };
}

/** The entry that a message was made of; undefined for the placeholder assistant-ui shows ahead of an answer. */
export function entryOf(message: MessageState): ThreadEntry | undefined {
  return getExternalStoreMessages<ThreadEntry>(message)[0];
}

/** An unchanged part keeps its content object, and so is not rendered again. */
function cachedContent(part: AssistantPart): ContentPart {
  const known = contentOfPart.get(part);
  if (known) return known;
  const content = contentOf(part);
  contentOfPart.set(part, content);
  return content;
}

function contentOf(part: AssistantPart): ContentPart {
  if (part.kind === 'text' && part.isPlan) return { type: 'data', name: 'proposal', data: part };
  if (part.kind === 'text' || part.kind === 'reasoning') return { type: part.kind, text: part.text };
  return { type: 'data', name: part.kind, data: part };
}

function statusOf({ turn, isTurnEnd }: AssistantEntry): ThreadMessageLike['status'] {
  if (turn.status === 'running' && isTurnEnd) return { type: 'running' };
  if (turn.status === 'failed') return { type: 'incomplete', reason: 'error' };
  if (turn.status === 'interrupted') return { type: 'incomplete', reason: 'cancelled' };
  return { type: 'complete', reason: 'stop' };
}
