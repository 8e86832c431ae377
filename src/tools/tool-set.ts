import type { Tool } from './tool';
import { InputSchema } from './input-schema';
import { jsonFault } from './schema-fault';
import type { ToolKind } from './tool-metrics';

/** Where tools come from. */
export interface ToolSource {
  readonly kind: ToolKind;
  /** @throws Error of the file system */
  load(): Promise<LoadedTools>;
  /** Ends what it holds. */
  close?(): Promise<void>;
}

export interface LoadedTools {
  readonly tools: readonly Tool[];
  /** What is left out, and why, in sentences for the operator. */
  readonly problems: readonly string[];
}

export interface CheckedTool {
  readonly tool: Tool;
  readonly schema: InputSchema;
  readonly kind: ToolKind;
}

/** As models take them. */
const NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
/** Names that codex keeps for the tools of MCP servers: with one of them it refuses the thread (quirk `tool-schemas`). */
const RESERVED = /^mcp(__|$)/;

/** Tools by name; the first of a name counts. */
export class ToolSet {
  private readonly byName = new Map<string, CheckedTool>();
  readonly problems: string[] = [];

  add({ tools, problems }: LoadedTools, kind: ToolKind): void {
    this.problems.push(...problems);
    for (const tool of tools) {
      const fault = this.faultOf(tool, kind);
      if (fault !== undefined) this.problems.push(`the tool "${tool.name}" is left out: ${fault}`);
    }
  }

  get(name: string): CheckedTool | undefined {
    return this.byName.get(name);
  }

  /** Adds it, if it can be. */
  private faultOf(tool: Tool, kind: ToolKind): string | undefined {
    if (!NAME.test(tool.name)) return 'a name has letters, digits, "_" and "-", 64 at most';
    if (RESERVED.test(tool.name)) return 'the name is kept for tools of MCP servers';
    if (jsonFault(tool.description) !== undefined) return `its description ${jsonFault(tool.description)}`;
    if (this.byName.has(tool.name)) return 'there is another of that name';
    try {
      this.byName.set(tool.name, { tool, schema: new InputSchema(tool.inputSchema), kind });
      return undefined;
    } catch (error) {
      return `its schema cannot be used: ${(error as Error).message}`;
    }
  }
}
