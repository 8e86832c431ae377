import type { ToolAnnotations } from '@modelcontextprotocol/server';
import type { Permission } from '../../auth/permission';
import type { ToolName } from './tool-schemas';

interface ToolDefinition {
  readonly title: string;
  readonly description: string;
  readonly permission: Permission;
  readonly annotations: ToolAnnotations;
}

const READS = { readOnlyHint: true, openWorldHint: false } as const;
const ACTS = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true } as const;

export const TOOLS: Readonly<Record<ToolName, ToolDefinition>> = {
  list_chats: {
    title: 'List chats',
    description:
      'Lists the chats with the agent that the caller may see, the last used first, with what each is doing.',
    ...{ permission: 'chat:read', annotations: READS },
  },
  start_chat: {
    title: 'Start a chat',
    description:
      'Makes a new chat with a coding agent that works in a workspace of its own, where it runs commands and changes files. With ' +
      '`message` it is sent, and the end of the turn is waited for as send_message does.',
    ...{ permission: 'chat:write', annotations: ACTS },
  },
  send_message: {
    title: 'Send a message',
    description:
      'Sends a message to the agent of a chat and waits until its turn is over. The result has what the agent has said last and what it ' +
      'has done. When it takes longer than waitSeconds the result says so: the turn goes on, and wait_turn waits further. When the agent ' +
      'asks for an approval the result has it, with the decisions that answer_approval takes. A message to a chat whose turn runs waits behind it.',
    ...{ permission: 'chat:write', annotations: ACTS },
  },
  wait_turn: {
    title: 'Wait for a turn',
    description:
      'Waits until a turn of a chat is over or the agent asks for an approval, and tells what send_message tells.',
    ...{ permission: 'chat:read', annotations: READS },
  },
  answer_approval: {
    title: 'Answer an approval',
    description:
      'Answers a question of the agent, once, with one of the decisions that it offers. It may let a command run outside of the ' +
      'sandbox: it is the decision of a person, who should be asked first.',
    ...{ permission: 'chat:write', annotations: ACTS },
  },
  list_files: {
    title: 'List files',
    description: 'Lists a folder of the workspace that the agent of a chat works in.',
    ...{ permission: 'chat:read', annotations: READS },
  },
  read_file: {
    title: 'Read a file',
    description: 'Reads a file of the workspace of a chat: a text in parts, a picture as one; of all else what it is.',
    ...{ permission: 'chat:read', annotations: READS },
  },
  interrupt: {
    title: 'Interrupt',
    description: 'Stops the turn that runs in a chat, and the commands that its agent has left running.',
    ...{ permission: 'chat:write', annotations: { ...ACTS, idempotentHint: true } },
  },
};

export const TOOL_NAMES = Object.keys(TOOLS) as ToolName[];

/** Told to the model of a client beside the tools. */
export const INSTRUCTIONS =
  'Chats with coding agents. Begin with start_chat, or list_chats to go on with one; send_message waits for the answer, wait_turn ' +
  'waits further. Where the agent asks for an approval, ask the person whom you work for, then answer_approval.';
