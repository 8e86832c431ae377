import type { ToolContent, ToolOutput } from '../../app-server/agent/agent-tool';
import { boundedBytes } from '../collected-output';
import { Tool, ToolApproval, ToolContext, ToolRefusal } from '../tool';
import { startProgram } from '../tool-program';

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Of the program that reads files. A page of a PDF may need much to be drawn. */
const HEAP_MB = 512;

const PATH = { type: 'string', minLength: 1, description: 'Path of the file, from the workspace or absolute.' };

const SCHEMAS = {
  file_read: {
    description:
      'Reads a file: text with line numbers (a range of it, or the end of a long one), pictures and pages of a PDF as pictures, the text of a PDF by pages, notebooks by cells, and of a table (CSV, TSV) its columns and first rows. Of a folder it lists the entries.',
    properties: {
      path: PATH,
      offset: { type: 'integer', description: 'First line, from 1; negative: so many lines from the end.' },
      limit: { type: 'integer', minimum: 1, maximum: 10_000, description: 'How many lines; 2000 if left out.' },
      pages: { type: 'string', description: 'Pages of a PDF: "3" or "1-5".' },
      pictures: { type: 'boolean', description: 'Show pages of a PDF as pictures, up to 5 at once.' },
    },
    required: ['path'],
  },
  file_write: {
    description: 'Makes a file of text, with the folders above it.',
    properties: {
      path: PATH,
      content: { type: 'string', description: 'All that the file is to hold.' },
      overwrite: { type: 'boolean', description: 'Replace a file that exists.' },
    },
    required: ['path', 'content'],
  },
  file_edit: {
    description:
      'Changes a file of text: replaces texts that stand in it exactly so, all of the edits or none. Answers with the difference.',
    properties: {
      path: PATH,
      edits: {
        type: 'array',
        minItems: 1,
        maxItems: 100,
        items: {
          type: 'object',
          properties: {
            old_text: {
              type: 'string',
              minLength: 1,
              description: 'Exact text, with enough around it to be the only one.',
            },
            new_text: { type: 'string', description: 'What takes its place.' },
            replace_all: { type: 'boolean', description: 'Replace each place where it stands.' },
          },
          required: ['old_text', 'new_text'],
          additionalProperties: false,
        },
      },
    },
    required: ['path', 'edits'],
  },
} as const;

const APPROVALS = { file_read: 'never', file_write: 'untrusted', file_edit: 'untrusted' } as const;

export const FILE_TOOLS = Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[];

/** A tool that works on files, in a program of its own inside of the sandbox. */
export class FileTool implements Tool {
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly approval: ToolApproval;

  /** @param runner installs the program, once, and tells its path */
  constructor(
    readonly name: keyof typeof SCHEMAS,
    private readonly runner: () => Promise<string>,
    readonly timeoutMs: number,
  ) {
    const { description, properties, required } = SCHEMAS[name];
    this.description = description;
    this.inputSchema = { type: 'object', properties, required, additionalProperties: false };
    this.approval = APPROVALS[name];
  }

  async call(input: Readonly<Record<string, unknown>>, { thread, signal }: ToolContext): Promise<ToolOutput> {
    const argv = [process.execPath, `--max-old-space-size=${HEAP_MB}`, await this.runner()] as const;
    const program = startProgram(thread, argv, signal);
    program.stdin.end(JSON.stringify({ tool: this.name, input }));
    program.stderr.resume();
    try {
      const answer = await boundedBytes(program.stdout, MAX_ANSWER_BYTES);
      if (answer === undefined) throw new ToolRefusal(`${this.name} had more to answer than a model can be given.`);
      const { code } = await program.ended;
      signal.throwIfAborted();
      return outputOf(answer.toString('utf8')) ?? endedBy(this.name, code);
    } finally {
      program.kill();
    }
  }
}

/** It ran inside of the sandbox, where something else may have answered in its place. */
function outputOf(answer: string): ToolOutput | undefined {
  try {
    const { success, content } = JSON.parse(answer) as { success?: unknown; content?: unknown };
    if (typeof success !== 'boolean' || !Array.isArray(content)) return undefined;
    return { success, content: content.filter(isContent) };
  } catch {
    return undefined;
  }
}

function isContent(part: unknown): part is ToolContent {
  const { type, text, url } = (part ?? {}) as Record<string, unknown>;
  if (type === 'text') return typeof text === 'string';
  return type === 'picture' && typeof url === 'string' && /^data:image\/(png|jpeg|gif|webp);base64,/.test(url);
}

function endedBy(name: string, code: number | null): never {
  throw new ToolRefusal(`${name} ended without an answer (${code === null ? 'it was ended' : `exit code ${code}`}).`);
}
