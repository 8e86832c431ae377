export { ChatEvents, type ChatEvent, type ChatEventsOptions } from './chat-events.js';
export { createClient, type Client, type Config } from './generated/client/index.js';
export * from './generated/index.js';
export { RelayError } from './relay-error.js';
