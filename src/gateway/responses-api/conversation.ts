import { Injectable } from '@nestjs/common';
import { JsonObject, objectsOf, textOf } from '../wire/json';
import { invalidRequest, OpenAiError } from '../wire/openai.error';
import { isCompaction, ResponsesRequest, withInput } from '../wire/responses-request';
import { summaryMessage } from './compaction-envelope';
import { bareItem, completeInputItem, isReplayable } from './stored/input-item';
import { KnownResponse, ResponseMemory } from './stored/response-memory';
import { StoredResponses } from './stored/stored-responses';

/** Whose response it is, and where else than in the database earlier ones may be. */
export interface ConversationOwner {
  /** null: nothing is stored, and nothing found. */
  readonly userId: string | null;
  /** What a WebSocket connection remembers. */
  readonly memory?: ResponseMemory;
}

/** A request with the whole conversation that it continues. */
export interface ContinuedRequest {
  /** For a provider, which need not know of any earlier response. */
  readonly request: ResponsesRequest;
  /** Items of the conversation before this request. */
  readonly earlier: readonly JsonObject[];
}

/** Puts requests into the conversation they continue, and keeps their responses for the next. */
@Injectable()
export class Conversation {
  constructor(private readonly stored: StoredResponses) {}

  /**
   * Resolves `previous_response_id`, references to its items, and compaction items.
   *
   * @throws OpenAiError 400 for what cannot be found.
   */
  async continue(arrived: ResponsesRequest, owner: ConversationOwner): Promise<ContinuedRequest> {
    if (arrived.source !== undefined) return { request: arrived, earlier: [] };
    const previousId = textOf(arrived.body.previous_response_id);
    const known = previousId === undefined ? undefined : await this.require(previousId, owner);
    const earlier = known === undefined ? [] : [...known.input, ...objectsOf(known.response.output)];
    const isPlain = known === undefined && !arrived.input.some((item) => isReference(item) || isCompaction(item));
    if (isPlain) return { request: arrived, earlier };
    const own = arrived.input.map((item) => (isReference(item) ? referenced(item, earlier) : item));
    const replayed = earlier.filter(isReplayable).map(bareItem);
    return { request: withInput(arrived, [...replayed, ...own].map(readable)), earlier };
  }

  /** Keeps a response that has ended: in the database where it is to be stored, and in the connection's memory. */
  remember(
    arrived: ResponsesRequest,
    earlier: readonly JsonObject[],
    response: JsonObject,
    owner: ConversationOwner,
  ): void {
    const id = textOf(response.id);
    const isStored = owner.userId !== null && response.store === true;
    if (id === undefined || (!isStored && owner.memory === undefined)) return;
    const own = arrived.input.filter((item) => !isReference(item)).map(completeInputItem);
    const known: KnownResponse = { id, response, input: [...earlier, ...own] };
    owner.memory?.keep(known);
    if (isStored && owner.userId !== null) this.stored.add(owner.userId, known);
  }

  private async require(id: string, { userId, memory }: ConversationOwner): Promise<KnownResponse> {
    const known = memory?.find(id) ?? (userId === null ? undefined : await this.stored.find(userId, id));
    if (known !== undefined) return known;
    const message = `Previous response with id '${id}' not found.`;
    throw new OpenAiError(400, 'previous_response_not_found', message, 'previous_response_id');
  }
}

const isReference = (item: JsonObject): boolean =>
  item.type === 'item_reference' || (item.type == null && item.role === undefined && typeof item.id === 'string');

function referenced(reference: JsonObject, earlier: readonly JsonObject[]): JsonObject {
  const found = earlier.find(({ id }) => id === reference.id);
  if (found !== undefined) return bareItem(found);
  throw invalidRequest('input', `Item with id '${String(reference.id)}' not found in the previous response.`);
}

/** A provider's own compaction item stays: it can read it. */
const readable = (item: JsonObject): JsonObject => (isCompaction(item) ? (summaryMessage(item) ?? item) : item);
