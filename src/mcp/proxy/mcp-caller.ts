/** For whom a thread calls. */
export interface McpCaller {
  readonly chatId: string;
  /** Whose chat it is. */
  readonly ownerId: string;
  /** Who has sent the message: whose servers and sign-ins count. */
  readonly authorId: string;
  /** Absolute path. */
  readonly workspace: string;
  /** Whether the chat's agent may write there. */
  readonly mayWrite: boolean;
}
