import { z } from 'zod';
import { CHAT_STATUSES } from '../../chat/dto/chat.dto';
import { TURN_MODES, TURN_STATUSES } from '../../chat/entities/turn.entity';

/** How long a call waits for the end of a turn, unless it says otherwise: less than clients usually give a call. */
export const WAIT_SECONDS = 45;
const MAX_WAIT_SECONDS = 600;
export const MAX_READ_BYTES = 256 * 1024;

const chatId = z.string().max(64).describe('Id of a chat, from list_chats or start_chat.');
const waitSeconds = z
  .number()
  .min(0)
  .max(MAX_WAIT_SECONDS)
  .default(WAIT_SECONDS)
  .describe(
    `Seconds to wait for the end of the turn, ${WAIT_SECONDS} if left out. The turn goes on if it takes longer: call wait_turn then.`,
  );
const message = z.string().min(1).describe('What to tell the agent, in words.');

export const INPUT = {
  list_chats: z.object({
    status: z.enum(CHAT_STATUSES).optional().describe('Only chats in this state.'),
    archived: z.boolean().default(false).describe('The archived chats instead of the others.'),
    limit: z.number().int().min(1).max(100).default(20),
    cursor: z.string().max(500).optional().describe('nextCursor of the page before.'),
  }),
  start_chat: z.object({
    message: message.optional().describe('The first message; left out: the chat is made, and nothing is sent.'),
    title: z.string().max(200).optional().describe('Left out: the beginning of the first message.'),
    instructions: z.string().max(32_768).optional().describe('What the agent is told in every turn of this chat.'),
    template: z.string().max(64).optional().describe('Id of a template to make it from.'),
    backend: z.string().max(200).optional().describe('Id of a model backend.'),
    model: z.string().max(200).optional(),
    projectId: z.string().max(64).optional().describe('The project to file it in; left out: your own.'),
    waitSeconds,
  }),
  send_message: z.object({
    chatId,
    message,
    mode: z.enum(TURN_MODES).optional().describe('plan: the agent says what it would do, and changes nothing.'),
    clientMessageId: z
      .string()
      .max(200)
      .optional()
      .describe('Your own id of the message: sent again with it, it is not answered a second time.'),
    waitSeconds,
  }),
  wait_turn: z.object({
    chatId,
    turnId: z.string().max(64).optional().describe('Left out: the newest turn of the chat.'),
    waitSeconds,
  }),
  answer_approval: z.object({
    approvalId: z.string().max(64).describe('Id of an approval, as send_message or wait_turn has told it.'),
    decision: z.string().max(200).describe("One of the approval's decisions."),
    answers: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .describe('For an approval of kind user_input: the answers to each question, by its id.'),
    message: z
      .string()
      .min(1)
      .max(32_768)
      .optional()
      .describe('What the agent is told with a refusal, where the choice takes a message.'),
  }),
  list_files: z.object({
    chatId,
    path: z.string().max(16_384).default('').describe('A folder of the workspace; empty: the workspace itself.'),
    limit: z.number().int().min(1).max(500).default(200),
    cursor: z.string().max(2_000).optional().describe('nextCursor of the page before.'),
  }),
  read_file: z.object({
    chatId,
    path: z.string().min(1).max(16_384).describe('A file of the workspace, such as docs/report.md.'),
    offset: z.number().int().min(0).default(0).describe('Byte to begin at: nextOffset of the part before.'),
    limit: z
      .number()
      .int()
      .min(1)
      .max(MAX_READ_BYTES)
      .default(64 * 1024)
      .describe('Bytes at most.'),
  }),
  interrupt: z.object({ chatId }),
} as const;

const decision = z.object({
  decision: z.string(),
  text: z.string(),
  effect: z.enum(['allow', 'refuse', 'answer']),
  lasts: z.enum(['once', 'turn', 'session', 'chat']),
  takesMessage: z.boolean(),
});

const approval = z.object({
  approvalId: z.string(),
  kind: z.string(),
  question: z.string(),
  decisions: z.array(decision),
  questionIds: z.array(z.string()),
  expiresAt: z.string(),
});

const turn = z.object({
  chatId: z.string(),
  turnId: z.string(),
  status: z.enum([...TURN_STATUSES, 'waiting_for_approval']),
  text: z.string().nullable().describe('What the agent has said last.'),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  approvals: z.array(approval).describe('What waits for somebody to answer it.'),
  steps: z.array(z.object({ kind: z.string(), title: z.string(), status: z.string() })),
  next: z.string().nullable().describe('How to go on where the turn is not over.'),
});

const file = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.string(),
  size: z.number(),
  modifiedAt: z.string(),
});

export const OUTPUT = {
  list_chats: z.object({
    chats: z.array(
      z.object({
        ...{ chatId: z.string(), title: z.string(), status: z.enum(CHAT_STATUSES), backend: z.string() },
        ...{ projectId: z.string(), updatedAt: z.string() },
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
  start_chat: z.object({ chatId: z.string(), title: z.string(), turn: turn.nullable() }),
  send_message: turn,
  wait_turn: turn,
  answer_approval: z.object({
    ...{ approvalId: z.string(), status: z.string(), decision: z.string().nullable() },
    ...{ chatId: z.string(), turnId: z.string(), next: z.string() },
  }),
  list_files: z.object({ entries: z.array(file), nextCursor: z.string().nullable() }),
  read_file: z.object({
    ...{ path: z.string(), mediaType: z.string(), size: z.number(), offset: z.number() },
    nextOffset: z.number().nullable().describe('Where the next part begins; null: this was the last.'),
    text: z.string().nullable().describe('Null for what is no text.'),
  }),
  interrupt: z.object({
    turnId: z.string().nullable().describe('The turn that is being interrupted; null: none runs.'),
  }),
} as const;

export type ToolName = keyof typeof INPUT;
export type ToolInput<N extends ToolName> = z.output<(typeof INPUT)[N]>;
export type ToolOutput<N extends ToolName> = z.output<(typeof OUTPUT)[N]>;
export type ToldTurn = z.output<typeof turn>;
