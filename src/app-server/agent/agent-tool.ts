import type { DynamicToolCallResponse } from '../protocol/generated/v2/DynamicToolCallResponse';
import type { DynamicToolFunctionSpec } from '../protocol/generated/v2/DynamicToolFunctionSpec';
import type { JsonValue } from '../protocol/generated/serde_json/JsonValue';
import type { ServerRequest } from '../protocol/generated/ServerRequest';

/** A tool of this service, as a model is told of it. */
export interface AgentTool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of an object. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** A model wants a tool of this service to do something. */
export interface AgentToolCall {
  /** Codex's id of the item. */
  readonly itemId: string;
  /** Of codex's request, by which it withdraws it. */
  readonly requestId: string | number;
  readonly turnId: string;
  readonly tool: string;
  /** As the model wrote them: they need not follow the schema. */
  readonly arguments: unknown;
}

/** What the model gets. */
export interface ToolOutput {
  /** False: it did not do what was asked for; the content says why. */
  readonly success: boolean;
  readonly content: readonly ToolContent[];
}

export type ToolContent =
  | { readonly type: 'text'; readonly text: string }
  /** A data URL. */
  | { readonly type: 'picture'; readonly url: string };

export function toolSpec({ name, description, inputSchema }: AgentTool): DynamicToolFunctionSpec {
  // Read from JSON or written as such, so it is a JSON value.
  return { name, description, inputSchema: inputSchema as JsonValue };
}

/** The call in a request; undefined in others. */
export function agentToolCall(request: ServerRequest): AgentToolCall | undefined {
  if (request.method !== 'item/tool/call') return undefined;
  const { callId: itemId, turnId, tool, arguments: input } = request.params;
  return { itemId, requestId: request.id, turnId, tool, arguments: input };
}

/** The output in codex's words. */
export function toolResponse({ success, content }: ToolOutput): DynamicToolCallResponse {
  const contentItems = content.map((part) =>
    part.type === 'text'
      ? ({ type: 'inputText', text: part.text } as const)
      : ({ type: 'inputImage', imageUrl: part.url } as const),
  );
  return { contentItems, success };
}
