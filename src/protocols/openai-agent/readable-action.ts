import type {
  CommandActionData,
  FileChangeActionData,
  McpToolCallActionData,
  ToolCallActionData,
  WebSearchActionData,
} from '../../chat/dto/agent-action-data.dto';
import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import { toolText } from '../../chat/dto/tool-text';

/** Characters of an output or a difference that are shown; the middle of a longer one is left out. */
const MAX_LENGTH = 2_000;

/** An action of the agent for a person who reads Markdown; empty for what is not worth a line. */
export function readableAction({ kind, status, title, data }: AgentActionDto): string {
  const how = status === 'declined' ? 'declined' : status === 'interrupted' ? 'interrupted' : undefined;
  switch (kind) {
    case 'command':
      return commandBlock(title, data as unknown as CommandActionData, how);
    case 'file_change':
      return changesBlock(data as unknown as FileChangeActionData, how);
    case 'mcp_tool_call': {
      const { server, tool, arguments: input, result, error } = data as unknown as McpToolCallActionData;
      return callBlock(`${server}.${tool}`, input, error ?? result, how);
    }
    case 'tool_call': {
      const { tool, arguments: input, output } = data as unknown as ToolCallActionData;
      return callBlock(tool, input, output, how);
    }
    case 'web_search':
      return `> Searched the web: ${(data as unknown as WebSearchActionData).query.replaceAll('\n', ' ')}`;
    default:
      return '';
  }
}

/** Text in a fence that nothing in it can close. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

function commandBlock(title: string, { output, exitCode, reason }: CommandActionData, how: string | undefined): string {
  const failed = exitCode !== null && exitCode !== 0 ? `exit code ${exitCode}` : undefined;
  const notes = [how, failed, reason].filter((note) => note !== undefined).map((note) => `[${note}]`);
  return fenced('console', [`$ ${title}`, shortened(output.trim()), ...notes].filter((line) => line !== '').join('\n'));
}

function changesBlock({ changes, reason }: FileChangeActionData, how: string | undefined): string {
  const files = changes.map(({ path, kind, movePath, diff }) => {
    const moved = movePath === null ? '' : ` -> ${movePath}`;
    return `# ${kind} ${path}${moved}\n${shortened(kind === 'update' ? diff : contentAsDiff(kind, diff))}`;
  });
  const notes = [how, reason].filter((note) => note !== undefined).map((note) => `# [${note}]`);
  return fenced('diff', [...files, ...notes].join('\n'));
}

/** Of a file that is added or deleted the content is given. */
export const contentAsDiff = (kind: 'add' | 'delete', content: string): string =>
  content.trimEnd().replace(/^/gm, kind === 'add' ? '+' : '-');

function callBlock(name: string, input: unknown, output: unknown, how: string | undefined): string {
  const lines = [
    `${name}(${shortened(asText(input))})`,
    shortened(toolText(output)),
    how === undefined ? '' : `[${how}]`,
  ];
  return fenced('text', lines.filter((line) => line !== '').join('\n'));
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shortened(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  const half = MAX_LENGTH / 2;
  return `${text.slice(0, half)}\n[${text.length - MAX_LENGTH} characters are left out]\n${text.slice(-half)}`;
}
