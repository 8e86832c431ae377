import type { ChatEntity } from '../entities/chat.entity';

/** What an agent has beside its workspace. */
export interface Surroundings {
  /** For its instructions; null: nothing. */
  readonly instructions: string | null;
  /** Variables of its commands. */
  readonly variables: Readonly<Record<string, string>>;
  /** What a person should know, in words. */
  readonly warnings: readonly string[];
}

/** A part of what an agent is told of what it has. */
export interface ToldPart {
  readonly source: 'files' | 'skills';
  readonly text: string;
}

/** Puts in place what the agent of a chat has beside its workspace; before each of its turns. */
export abstract class AgentSurroundings {
  /**
   * @param signal ends the wait
   * @throws SurroundingsError, Error of the file system, or of the database
   */
  abstract prepare(chat: ChatEntity, workspace: string, signal: AbortSignal): Promise<Surroundings>;

  /** What `prepare` would have the agent be told, in its order. @throws Error of the database */
  abstract told(chat: ChatEntity): Promise<readonly ToldPart[]>;
}

/** Without these the turn cannot be run. */
export class SurroundingsError extends Error {
  override readonly name = 'SurroundingsError';

  /** @param code of the failed turn, which the message is told with */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
