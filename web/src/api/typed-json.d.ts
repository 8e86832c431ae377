/**
 * The trust boundary: the server's own answers are taken to have the documented shape (its tests and the OpenAPI
 * document see to that), so the body is typed here once instead of being cast at every call.
 */
interface Response {
  json<T>(): Promise<T>;
}
