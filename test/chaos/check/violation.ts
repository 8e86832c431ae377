/** One thing that must never be so. */
export interface Violation {
  readonly kind: ViolationKind;
  /** Where and how, for a person. */
  readonly detail: string;
}

/** What each promise of the service is broken by. */
export const VIOLATION_KINDS = [
  /** The database is damaged. */
  'integrity',
  /** An accepted message, or its turn, is not in the database. */
  'message_lost',
  /** The text of a message is stored, or put to the model, otherwise than it was sent. */
  'message_changed',
  /** The same message was answered with another message or turn. */
  'acceptance_changed',
  /** One message has made more than one turn, or is kept more than once. */
  'second_turn',
  /** The database has a message that nobody sent. */
  'message_unknown',
  /** The database has a turn that answers no message. */
  'turn_unknown',
  /** The messages of a chat are kept, or answered, in another order than they were sent in. */
  'order_changed',
  /** A turn is still queued or running although nothing happens any more. */
  'turn_without_end',
  /** The log of the chat has no end of the turn, or several. */
  'ends_in_log',
  /** The end in the log is another one than that of the turn. */
  'end_differs',
  /** Something is logged of a turn after its end. */
  'event_after_end',
  /** A turn has failed, or was interrupted by nobody, and does not say why. */
  'end_without_code',
  /** A client waited for the end of its turn in vain. */
  'end_not_seen',
  /** The log tells otherwise of a message, or of the course of a turn, than what is stored. */
  'log_differs',
  /** The numbers of a chat's log have a gap. */
  'log_gap',
  /** A client missed an event. */
  'client_gap',
  /** A client got an event again, or late. */
  'client_repeat',
  /** A client never got the last events. */
  'client_behind',
  /** A client saw another event than the one of this number in the log. */
  'event_changed',
  /** Text that a client received is not in the stored message. */
  'received_text_lost',
  /** The stored answer of a completed turn is not what the model said. */
  'answer_differs',
  /** Text of a turn that the model has not said in it. */
  'text_invented',
  /** A client saw something of another chat. */
  'foreign_text',
  /** A prompt holds something of another chat. */
  'foreign_prompt',
  /** The model was asked again although nothing had gone wrong with it. */
  'ran_twice',
  /** The model was asked for a message that is not stored. */
  'ran_unstored',
  /** A turn is completed and the model was never asked to the end. */
  'completed_without_run',
  /** A prompt lacks an earlier message of the chat. */
  'memory_lost',
  /** A prompt holds something more often than it was sent. */
  'memory_repeated',
  /** A prompt holds the messages in another order. */
  'memory_order',
  /** A prompt holds something that the chat does not. */
  'memory_invented',
  /** A question is open although its turn has ended. */
  'approval_open',
  /** An answer to a question was acknowledged, and another one is stored, or none. */
  'approval_changed',
  /** An answer to a question is stored that nobody gave. */
  'approval_invented',
  /** A command ran without its approval. */
  'command_unapproved',
  /** A command ran more than once. */
  'command_repeated',
  /** A command was allowed and has not run, and its turn is completed. */
  'command_not_run',
  /** A turn goes on, or fails, although its interruption was acknowledged. */
  'interrupt_ignored',
  /** What was added to a turn was never sent to the model. */
  'steer_not_sent',
  /** What was to be added to a turn was refused, and kept or sent all the same. */
  'steer_kept',
  /** Something of a deleted chat is left. */
  'deleted_left',
  /** The model was asked for a chat that was deleted. */
  'ran_deleted',
  /** A user has reached what is another's, or learnt that it exists. */
  'foreign_access',
  /** The service has answered with an error of its own. */
  'unexplained',
] as const;

export type ViolationKind = (typeof VIOLATION_KINDS)[number];

export const violation = (kind: ViolationKind, detail: string): Violation => ({ kind, detail });
