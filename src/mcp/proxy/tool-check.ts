import { isObject, JsonObject } from '../../gateway/wire/json';
import { jsonFault, schemaFault } from '../../tools/schema-fault';
import { McpFailure, Message } from './json-rpc';

/** What is shown of a tool. */
export interface ToolFacts {
  readonly name: string;
  readonly description: string | null;
}

export interface CheckedTools {
  /** As the agent gets it. */
  readonly message: Message;
  readonly tools: readonly ToolFacts[];
  /** What is left out, with the reason, for a person. */
  readonly leftOut: readonly string[];
}

const NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const MAX_TOOLS = 100;
const MAX_TOOL_BYTES = 32 * 1024;
/** Of all together: each request to the model carries them. */
const MAX_TOOLS_BYTES = 256 * 1024;
/** Of a description, as it is shown. */
const MAX_SHOWN = 500;
/** Of reasons that are told. */
const MAX_LEFT_OUT = 20;

/**
 * An answer to `tools/list` without the tools that cannot be: one of which the schema makes no sense would cost all the tools
 * of its server in codex, or every turn at the provider.
 *
 * @param enabled names of those that are offered; null: all
 * @param page how many were kept of the pages `before`, and whether no other is to follow
 * @throws McpFailure where it is no list
 */
export function checkedTools(
  message: Message,
  enabled: readonly string[] | null,
  { before = 0, isLast = false }: { before?: number; isLast?: boolean } = {},
): CheckedTools {
  const { nextCursor, tools: listed } = isObject(message.result) ? message.result : {};
  if (!Array.isArray(listed)) throw new McpFailure('protocol', 'has answered with no list of tools');
  const more = typeof nextCursor !== 'string' || isLast ? {} : { nextCursor };
  const kept: unknown[] = [];
  const tools: ToolFacts[] = [];
  const leftOut: string[] = [];
  let bytes = 0;
  for (const one of listed as unknown[]) {
    const tool = isObject(one) ? shownTool(one) : one;
    const name = isObject(tool) && typeof tool.name === 'string' ? tool.name : undefined;
    if (name !== undefined && enabled !== null && !enabled.includes(name)) continue;
    const unreadable = jsonFault(tool);
    // What is nested deeply cannot be written, either.
    const size = unreadable === undefined ? Buffer.byteLength(JSON.stringify(tool)) : 0;
    const fault =
      before + kept.length === MAX_TOOLS || bytes + size > MAX_TOOLS_BYTES
        ? 'there are too many tools'
        : unreadable === undefined
          ? faultOf(tool, size)
          : `it ${unreadable}`;
    if (fault !== undefined) leftOut.push(`${shownName(name)}: ${fault}`);
    else {
      bytes += size;
      kept.push(tool);
      tools.push({ name: name ?? '', description: descriptionOf(tool) });
    }
  }
  return {
    message: { ...message, result: { tools: kept, ...more } },
    tools,
    leftOut: leftOut.slice(0, MAX_LEFT_OUT),
  };
}

/**
 * What codex reads of a tool. One field of another type than it expects would cost all the tools of the server (0.171.0), so that
 * such a one is as if it were not there.
 */
function shownTool({ name, title, description, inputSchema, outputSchema, annotations }: JsonObject): JsonObject {
  return {
    ...{ name, ...(typeof title === 'string' && { title }) },
    ...(description !== undefined && description !== null && { description }),
    inputSchema,
    ...(isObject(outputSchema) && { outputSchema }),
    ...(isObject(annotations) && { annotations: shownAnnotations(annotations) }),
  };
}

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'];

function shownAnnotations({ title, ...others }: JsonObject): JsonObject {
  const hints = Object.entries(others).filter(([name, value]) => HINTS.includes(name) && typeof value === 'boolean');
  return { ...(typeof title === 'string' && { title }), ...Object.fromEntries(hints) };
}

function faultOf(tool: unknown, bytes: number): string | undefined {
  if (!isObject(tool)) return 'it is no tool';
  if (typeof tool.name !== 'string' || !NAME.test(tool.name)) return 'its name cannot be one of a tool';
  if (bytes > MAX_TOOL_BYTES) return `its description and schema have more than ${MAX_TOOL_BYTES / 1024} KiB`;
  if (tool.description !== undefined && typeof tool.description !== 'string') return 'its description is no text';
  if (!isObject(tool.inputSchema) || tool.inputSchema.type !== 'object')
    return 'its input schema is not one of an object';
  const fault = schemaFault(tool.inputSchema);
  return fault && `its input schema ${fault}`;
}

const shownName = (name: string | undefined): string =>
  name === undefined ? 'a tool' : JSON.stringify(name.slice(0, 64));

function descriptionOf(tool: unknown): string | null {
  const description = isObject(tool) ? tool.description : undefined;
  return typeof description === 'string' ? description.slice(0, MAX_SHOWN) : null;
}
