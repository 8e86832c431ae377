import { isObject } from '../../gateway/wire/json';
import { schemaFault } from '../../tools/schema-fault';
import { Message } from './json-rpc';

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
 */
export function checkedTools(
  message: Message,
  enabled: readonly string[] | null,
  { before = 0, isLast = false }: { before?: number; isLast?: boolean } = {},
): CheckedTools {
  const { nextCursor, ...result } = isObject(message.result) ? message.result : {};
  const more = nextCursor === undefined || isLast ? {} : { nextCursor };
  const listed: unknown[] = Array.isArray(result.tools) ? result.tools : [];
  const kept: unknown[] = [];
  const tools: ToolFacts[] = [];
  const leftOut = Array.isArray(result.tools) ? [] : ['it answered with no list of tools'];
  let bytes = 0;
  for (const tool of listed) {
    const name = isObject(tool) && typeof tool.name === 'string' ? tool.name : undefined;
    if (name !== undefined && enabled !== null && !enabled.includes(name)) continue;
    const size = Buffer.byteLength(JSON.stringify(tool));
    const fault =
      before + kept.length === MAX_TOOLS || bytes + size > MAX_TOOLS_BYTES
        ? 'there are too many tools'
        : faultOf(tool, size);
    if (fault !== undefined) leftOut.push(`${shownName(name)}: ${fault}`);
    else {
      bytes += size;
      kept.push(tool);
      tools.push({ name: name ?? '', description: descriptionOf(tool) });
    }
  }
  return {
    message: { ...message, result: { ...result, ...more, tools: kept } },
    tools,
    leftOut: leftOut.slice(0, MAX_LEFT_OUT),
  };
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
