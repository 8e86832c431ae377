import { JsonObject } from '../../wire/json';

/** A response that another one may continue. */
export interface KnownResponse {
  readonly id: string;
  readonly response: JsonObject;
  /** The items that it answers, oldest first. */
  readonly input: readonly JsonObject[];
}
