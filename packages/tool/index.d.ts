import type { ZodType, infer as Infer } from 'zod';

/** A JSON schema of an object, or a zod schema of one. */
export type ToolSchema = ZodType | { readonly type: 'object'; readonly [key: string]: unknown };

export interface ToolRunContext {
  /** The chat that the call is made in. */
  readonly chatId: string;
  /** Values of the secrets that the tool declares, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Seconds after which the call is ended. */
  readonly timeoutSeconds: number;
}

export type ToolPart =
  | { readonly type: 'text'; readonly text: string }
  /** A data URL of a PNG, JPEG, GIF or WebP. */
  | { readonly type: 'picture'; readonly url: string };

/** What the model gets: a text, something that becomes JSON, or parts. `success: false` says that it did not work. */
export type ToolResult = string | { readonly content: readonly ToolPart[]; readonly success?: boolean } | unknown;

/** One tool; the default export of a file in `TOOLS_DIR`. */
export interface ToolDefinition<S extends ToolSchema = ToolSchema> {
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
  /** What it does, for the model. */
  readonly description: string;
  /** Of its input. */
  readonly schema: S;
  /** When a person is asked first: `untrusted` (in chats with that approval policy; the default), `always` or `never`. */
  readonly approval?: 'never' | 'untrusted' | 'always';
  /** Default: `TOOL_TIMEOUT_SECONDS`. */
  readonly timeoutSeconds?: number;
  /** Names in the operator's file of secrets; it gets no others, and no environment. */
  readonly secrets?: readonly string[];
  /** What it throws is told to the model by its message. */
  run(
    context: ToolRunContext,
    input: S extends ZodType ? Infer<S> : Record<string, unknown>,
  ): ToolResult | Promise<ToolResult>;
}

/** Gives the types to a definition. */
export function defineTool<S extends ToolSchema>(tool: ToolDefinition<S>): ToolDefinition<S>;

export interface TestCall {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly chatId?: string;
  /** Default: 30. */
  readonly timeoutSeconds?: number;
  /** Default: 256. */
  readonly memoryMb?: number;
}

/**
 * Calls the tool of a file as the service does: in a process and thread of its own, without an environment, with limits of time
 * and memory.
 *
 * @throws Error with what the tool has thrown, or why it was ended
 */
export function testTool(
  file: string | URL,
  input: unknown,
  call?: TestCall,
): Promise<{ success: boolean; content: ToolPart[] }>;
