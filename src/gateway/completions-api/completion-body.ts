import { isObject, JsonObject } from '../wire/json';

/** The `stream_options` that make a provider tell the usage at the end, keeping what the client said. */
export const usageOptions = (given: unknown): JsonObject => ({
  ...(isObject(given) ? given : {}),
  include_usage: true,
});
