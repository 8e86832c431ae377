import { z } from 'zod';
import { APPROVAL_POLICIES, SANDBOX_MODES } from '../config/agent-policy';
import { checkedYaml } from '../gateway/catalog/checked-yaml';
import { integer, list, mapping, text } from '../gateway/catalog/field-schema';
import { REASONING_LEVELS } from '../gateway/catalog/model-spec';

export const MAX_INSTRUCTIONS = 32_768;
export const MAX_STARTERS = 8;

/** A first message that is offered to people. */
export interface Starter {
  readonly title: string;
  readonly prompt: string;
}

/** What a template says. What it leaves out is as it would be without a template. */
export interface TemplateContent {
  /** For people. */
  readonly name: string;
  readonly description: string;
  /** What the agent is told in each turn, before the instructions of the project and of the chat. */
  readonly instructions: string;
  /** Id of the backend of new chats. */
  readonly backend?: string;
  /** A model of that backend. */
  readonly model?: string;
  /** Reasoning effort, for models that have it. */
  readonly effort?: string;
  readonly approvalPolicy?: (typeof APPROVAL_POLICIES)[number];
  readonly sandboxMode?: (typeof SANDBOX_MODES)[number];
  /** Whether commands reach the network, as far as the operator lets them. */
  readonly networkAccess?: boolean;
  /** Names of tools that the agent has beside codex's own. */
  readonly tools?: readonly string[];
  /** Ids of the MCP servers of new chats; left out: those that are on by default. */
  readonly mcpServers?: string[];
  /** Names of the skills of new chats. */
  readonly skills?: string[];
  readonly temperature?: number;
  /** Of one answer of the model, in tokens. */
  readonly maxOutputTokens?: number;
  /** Calls of the model in one turn; the operator's own limit holds, too. */
  readonly maxModelCalls?: number;
  /** Seconds of one turn; the operator's own limit holds, too. */
  readonly maxSeconds?: number;
  readonly starters: readonly Starter[];
}

const short = text.max(200, 'a text of at most 200 characters');
const TEMPERATURE_RULE = 'a number from 0 to 2';

/** What a file in a folder of templates may hold. */
const templateSchema = mapping({
  name: short.describe('For people.'),
  description: text.max(1_000, 'a text of at most 1,000 characters').describe('What it is for.'),
  instructions: text
    .max(MAX_INSTRUCTIONS, `a text of at most ${MAX_INSTRUCTIONS} characters`)
    .describe('What the agent is told in each turn, before the instructions of the project and of the chat.'),
  backend: text.optional().describe('Id of the backend of new chats; default: the default backend.'),
  model: text.optional().describe("A model of that backend; default: the backend's own."),
  effort: z.enum(REASONING_LEVELS, REASONING_LEVELS.join(', ')).optional().describe('Where the model has that effort.'),
  approval_policy: z
    .enum(APPROVAL_POLICIES, APPROVAL_POLICIES.join(', '))
    .optional()
    .describe('When codex asks a person; default: CODEX_APPROVAL_POLICY.'),
  sandbox_mode: z
    .enum(SANDBOX_MODES, SANDBOX_MODES.join(', '))
    .optional()
    .describe('What the agent may touch, at most CODEX_SANDBOX_MODE_MAX; default: CODEX_SANDBOX_MODE.'),
  network_access: z
    .boolean('true or false')
    .optional()
    .describe('Whether commands reach the network, where the operator lets them.'),
  tools: z
    .array(text, 'a list of names of tools')
    .max(50, 'a list of at most 50')
    .optional()
    .describe("Names of tools that the agent has beside codex's own."),
  mcp_servers: z
    .array(text, 'a list of ids of MCP servers')
    .max(50, 'a list of at most 50')
    .optional()
    .describe('Ids of the MCP servers of new chats; default: those that are on by default.'),
  skills: z
    .array(text, 'a list of names of skills')
    .max(50, 'a list of at most 50')
    .optional()
    .describe('Names of the skills of new chats.'),
  temperature: z.number(TEMPERATURE_RULE).min(0, TEMPERATURE_RULE).max(2, TEMPERATURE_RULE).optional(),
  max_output_tokens: integer(16, 'a whole number of tokens, 16 or more')
    .optional()
    .describe('Of one answer of the model.'),
  max_model_calls: integer(1, 'a whole number, 1 or more').optional().describe('Of one turn.'),
  max_seconds: integer(1, 'a whole number of seconds, 1 or more').optional().describe('Of one turn.'),
  starters: list(mapping({ title: short, prompt: text.max(4_000, 'a text of at most 4,000 characters') }))
    .max(MAX_STARTERS, `a list of at most ${MAX_STARTERS}`)
    .optional()
    .describe('First messages that people are offered.'),
  disabled: z.boolean('true or false').optional().describe('Offered to nobody; chats that have it keep it.'),
}).meta({ title: 'A template of codex-relay: one file in a folder of templates' });

/** The same for editors. */
export const templateJsonSchema = () => z.toJSONSchema(templateSchema, { target: 'draft-07' });

export interface FileTemplate {
  readonly content: TemplateContent;
  readonly isDisabled: boolean;
}

/** @throws ConfigError with path, line and field of the first mistake, and what is allowed there */
export function parseTemplate(yaml: string, path: string): FileTemplate {
  const { disabled, starters, ...entry } = checkedYaml(templateSchema, yaml, path);
  const content: TemplateContent = {
    ...{ name: entry.name, description: entry.description, instructions: entry.instructions.trim() },
    ...{ backend: entry.backend, model: entry.model, effort: entry.effort, temperature: entry.temperature },
    ...{ approvalPolicy: entry.approval_policy, sandboxMode: entry.sandbox_mode, networkAccess: entry.network_access },
    tools: entry.tools,
    mcpServers: entry.mcp_servers,
    skills: entry.skills,
    ...{
      maxOutputTokens: entry.max_output_tokens,
      maxModelCalls: entry.max_model_calls,
      maxSeconds: entry.max_seconds,
    },
    starters: starters ?? [],
  };
  return { content, isDisabled: disabled ?? false };
}

/** Names of files, and so ids of templates that are files. */
export const TEMPLATE_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/u;
