import { Answer, ToolFault } from './answer';
import { fileEdit, FileEditInput } from './file-edit';
import { fileRead, FileReadInput } from './file-read';
import { fileWrite, FileWriteInput } from './file-write';

/**
 * The program that works on files for a model, inside of the sandbox of its chat: a request as JSON on its input, the answer
 * as JSON on its output. It imports nothing of the service. Inputs were checked against the schemas of the tools.
 */
interface Request {
  readonly tool: string;
  readonly input: unknown;
}

function answerTo({ tool, input }: Request): Promise<Answer> {
  switch (tool) {
    case 'file_read':
      return fileRead(input as FileReadInput);
    case 'file_write':
      return fileWrite(input as FileWriteInput);
    case 'file_edit':
      return fileEdit(input as FileEditInput);
    default:
      throw new ToolFault(`There is no tool ${tool} here.`);
  }
}

async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const answer = await Promise.resolve()
    .then(() => answerTo(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Request))
    .catch((error: unknown): Answer => {
      const words = error instanceof Error ? error.message : String(error);
      return { success: false, content: [{ type: 'text', text: words }] };
    });
  process.stdout.write(JSON.stringify(answer));
}

void main();
