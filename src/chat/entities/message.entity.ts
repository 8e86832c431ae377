import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  /** It says what the agent would do; of a turn that was to plan. */
  readonly plan?: true;
}
/** A picture: a blob, or in a row of an older version of this service, until it is migrated, a data URL alone. */
export interface ImagePart {
  readonly type: 'image';
  readonly blobId?: string;
  readonly mediaType?: string;
  /** Bytes. */
  readonly size?: number;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Path of the blob below the base path, or a data URL. */
  readonly url: string;
  /** Of one that was attached as a file. */
  readonly fileName?: string;
}
/** A file of a message, which is a blob. */
export interface FilePart {
  readonly type: 'file';
  readonly blobId: string;
  readonly fileName: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** Where it is put in the workspace; null for a text that the agent is given with the message. */
  readonly path: string | null;
  /** Path of the blob below the base path. */
  readonly url: string;
}
export type ContentPart = TextPart | ImagePart | FilePart;

export type MessageRole = 'user' | 'assistant';
/**
 * `partial`: the turn ended before the message did; `superseded`: the model's answer broke off, and it was asked again.
 */
export type MessageStatus = 'streaming' | 'final' | 'partial' | 'superseded';

/** A user's message, or one of the agent's in answer to it. */
@Entity('messages')
@Index(['chatId', 'turnId', 'seq'])
@Index(['chatId', 'clientMessageId'], { unique: true })
export class MessageEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  /** The user who wrote it; null for the agent, and for a user that is erased. */
  @Column('varchar', { nullable: true })
  authorId: string | null;

  @Column('varchar')
  chatId: string;

  /** Number of the event that brought it into the chat's log: its place in the chat. */
  @Column('integer')
  seq: number;

  @Column('varchar')
  turnId: string;

  @Column('varchar')
  role: MessageRole;

  @Column('simple-json')
  content: ContentPart[];

  @Column('varchar')
  status: MessageStatus;

  /** The sender's own id of the message; a repeat of it makes no second turn. */
  @Column('varchar', { nullable: true })
  clientMessageId: string | null;

  /** Of the content and options that it came with, by which a repeat is told; null without a `clientMessageId`. */
  @Column('varchar', { nullable: true })
  fingerprint: string | null;

  @Column('varchar')
  createdAt: string;
}

/** The content of a message of the agent. @param plans whether it says what the agent would do */
export const textContent = (text: string, plans: boolean): ContentPart[] => [
  { type: 'text', text, ...(plans && { plan: true as const }) },
];

/** Whether a message says what the agent would do; from its beginning on. */
export const isPlan = ({ content }: Pick<MessageEntity, 'content'>): boolean =>
  content.some((part) => part.type === 'text' && part.plan === true);

/** The content of a message of the agent that is being written, with what was published of it. */
export const contentSoFar = (message: Pick<MessageEntity, 'content'>, text: string): ContentPart[] =>
  text === '' && !isPlan(message) ? [] : textContent(text, isPlan(message));

/** One that has no place in its chat's log yet. */
export type NewMessage = Omit<MessageEntity, 'seq'>;
