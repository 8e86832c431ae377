import { BoundedMap } from '../../../common/bounded-map';
import { JsonObject, objectsOf } from '../../wire/json';

/** Responses that one connection remembers; each may hold a whole conversation. */
const MAX_RESPONSES = 4;

/** The last responses of one WebSocket connection, which it may continue although they are not stored. */
export class ResponseMemory {
  private readonly byId = new BoundedMap<string, KnownResponse>(MAX_RESPONSES);

  keep(known: KnownResponse): void {
    this.byId.set(known.id, known);
  }

  find(id: string): KnownResponse | undefined {
    return this.byId.get(id);
  }

  /** All items of the responses and of what they answer, the newest response first. */
  items(): JsonObject[] {
    return [...this.byId.values()]
      .reverse()
      .flatMap(({ input, response }) => [...objectsOf(response.output), ...input]);
  }

  forget(id: string): void {
    this.byId.delete(id);
  }
}

/** A response that another one may continue. */
export interface KnownResponse {
  readonly id: string;
  readonly response: JsonObject;
  /** The items that it answers, oldest first. */
  readonly input: readonly JsonObject[];
}
