import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('./host.mjs', import.meta.url));

export const defineTool = (tool) => tool;

export async function testTool(
  file,
  input,
  { secrets = {}, chatId = 'test', timeoutSeconds = 30, memoryMb = 256 } = {},
) {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const child = spawn(process.execPath, [HOST], { env: {}, stdio: ['pipe', 'inherit', 'inherit', 'pipe'] });
  const context = { chatId, timeoutSeconds };
  const request = { kind: 'run', file: path, packages: {}, input, context, secrets, timeoutSeconds, memoryMb };
  child.stdin.write(`${JSON.stringify(request)}\n`);
  let text = '';
  for await (const chunk of child.stdio[3]) text += chunk;
  const { fault, value } = JSON.parse(text || '{"fault":"it ended without an answer"}');
  if (fault !== undefined) throw new Error(fault);
  return value;
}
