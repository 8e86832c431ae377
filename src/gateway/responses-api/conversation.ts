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
  /** The request as it arrived, but for references to items of other responses: those are the items. */
  readonly arrived: ResponsesRequest;
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
    if (arrived.source !== undefined) return { request: arrived, arrived, earlier: [] };
    const previousId = textOf(arrived.body.previous_response_id);
    const known = previousId === undefined ? undefined : await this.require(previousId, owner);
    const earlier = known === undefined ? [] : [...known.input, ...objectsOf(known.response.output)];
    const isPlain = known === undefined && !arrived.input.some((item) => isReference(item) || isCompaction(item));
    if (isPlain) return { request: arrived, arrived, earlier };
    const found = await this.referenced(arrived.input.filter(isReference), earlier, owner);
    const own = arrived.input.map((item) => found.get(item) ?? item);
    const replayed = earlier.filter(isReplayable).map(bareItem);
    const bare = own.map((item, index) => (item === arrived.input[index] ? item : bareItem(item)));
    return {
      request: withInput(arrived, [...replayed, ...bare].map(readable)),
      arrived: withInput(
        arrived,
        own.filter((item) => !earlier.includes(item)),
      ),
      earlier,
    };
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

  /** The items that are meant: of the conversation, else the newest with that id that the user has stored. */
  private async referenced(
    references: readonly JsonObject[],
    earlier: readonly JsonObject[],
    { userId, memory }: ConversationOwner,
  ): Promise<ReadonlyMap<JsonObject, JsonObject>> {
    const found = new Map<JsonObject, JsonObject>();
    const pool = [...earlier, ...(memory?.items() ?? [])];
    for (const reference of references) {
      const id = String(reference.id);
      const known = pool.find((item) => item.id === id);
      const stored = known === undefined && userId !== null ? await this.stored.itemsAround(userId, id) : [];
      // A conversation is mostly named item by item: what stands beside one answers for the next.
      pool.push(...stored);
      const item = known ?? stored.find((each) => each.id === id);
      if (item === undefined) throw invalidRequest('input', `Item with id '${id}' not found.`);
      found.set(reference, item);
    }
    return found;
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

/** A provider's own compaction item stays: it can read it. */
const readable = (item: JsonObject): JsonObject => (isCompaction(item) ? (summaryMessage(item) ?? item) : item);
