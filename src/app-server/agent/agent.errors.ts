import { OVERLOADED } from '../rpc/message';
import { OutcomeUnknownError, RequestRefusedError } from '../rpc/rpc.errors';

/** The agent said no: nothing was done. */
export class AgentRefusedError extends Error {
  override readonly name = 'AgentRefusedError';

  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
  }
}

/** MCP servers without which no thread is to be opened could not be started. */
export class RequiredServersError extends AgentRefusedError {
  /** @param names of those servers */
  constructor(
    readonly names: readonly string[],
    cause?: unknown,
  ) {
    super(`these MCP servers are required and could not be started: ${names.join(', ')}`, cause);
  }
}

/** The agent did not answer in time: what it was asked for may have been done. */
export class AgentUnansweredError extends Error {
  override readonly name = 'AgentUnansweredError';

  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
  }
}

/** Waits for a request to codex. @throws AgentRefusedError, AgentUnansweredError, and what else it throws */
export async function answered<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw agentErrorOf(error);
  }
}

/** The same error as one of the agent's, where it is. */
export function agentErrorOf(error: unknown): unknown {
  if (lacksServers(error)) return new RequiredServersError(serversIn(error.message), error);
  if (error instanceof RequestRefusedError) return new AgentRefusedError(error.message, error);
  return error instanceof OutcomeUnknownError ? new AgentUnansweredError(error.message, error) : error;
}

/** Codex has no room for the request, or its answer was lost. */
export const isTransient = (error: unknown): boolean => error instanceof OutcomeUnknownError || isOverload(error);

const isOverload = (error: unknown): boolean => error instanceof RequestRefusedError && error.code === OVERLOADED;

/** Codex cannot read the settings that the thread's workspace has in `.codex` (quirk `broken-settings`). */
export const hasBrokenSettings = (error: unknown): error is RequestRefusedError =>
  error instanceof RequestRefusedError && error.message.includes('failed to load configuration');

/** Codex cannot load the thread: it was killed while it wrote the beginning of its file, say. */
export const isUnloadable = (error: unknown): boolean =>
  error instanceof RequestRefusedError &&
  error.method === 'thread/resume' &&
  !isOverload(error) &&
  !lacksServers(error);

const REQUIRED = 'required MCP servers failed to initialize: ';

/** A server that the thread's settings require could not be started (quirk `required-servers`). */
const lacksServers = (error: unknown): error is RequestRefusedError =>
  error instanceof RequestRefusedError && error.message.includes(REQUIRED);

/** `<name>: <what it is>; <name>: ...`: the first is sure, and others are told of once it works. */
const serversIn = (message: string): string[] => {
  const [name] = /[\w-]+(?=:)/.exec(message.slice(message.indexOf(REQUIRED) + REQUIRED.length)) ?? [];
  return name === undefined ? [] : [name];
};
