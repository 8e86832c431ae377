import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tool = (name: string, body: string, more = ''): string => `export default {
  name: '${name}',
  description: 'For a test.',
  schema: { type: 'object', properties: {} },
  ${more}
  async run(context, input) { ${body} },
};\n`;

/** Files of an operator's folder: tools that work, and tools that do what they should not. */
export const OPERATOR_TOOLS: Readonly<Record<string, string>> = {
  'greet.mjs': `import { defineTool } from '@codex-relay/tool';
import { z } from 'zod';
export default defineTool({
  name: 'greet',
  description: 'Greets somebody.',
  schema: z.object({ name: z.string().min(2), times: z.number().int().default(1) }),
  secrets: ['GREETING'],
  run({ secrets, chatId }, { name, times }) {
    return { greeting: name.repeat(times), length: secrets.GREETING.length, said: secrets.GREETING, chatId };
  },
});\n`,
  'throws.mjs': tool('throws', `throw new Error('no such city');`),
  'loops.mjs': tool('loops', 'for (;;);', 'timeoutSeconds: 1,'),
  'leaks.mjs': tool('leaks', 'const kept = []; for (;;) kept.push(new Array(1000).fill(kept.length));'),
  'hoards.mjs': tool(
    'hoards',
    'const kept = []; for (;;) { kept.push(Buffer.alloc(8e6, 1)); await new Promise((next) => setTimeout(next, 20)); }',
  ),
  'exits.mjs': tool('exits', 'process.exit(0);'),
  'looks.mjs': tool('looks', 'return { env: { ...process.env }, secrets: context.secrets };'),
  'always.mjs': tool('always', `return 'done';`, `approval: 'always',`),
  // What it leaves behind keeps its output open.
  'leaves.mjs': `import { spawn } from 'node:child_process';
${tool('leaves', `spawn('/bin/sleep', ['60'], { detached: true, stdio: 'inherit' }).unref(); for (;;);`, 'timeoutSeconds: 1,')}`,
  'slow-pattern.mjs': `export default { name: 'slow_pattern', description: 'x', run: () => '',
  schema: { type: 'object', properties: { s: { type: 'string', pattern: '^(a+)+$' } } } };\n`,
  'broken.mjs': 'export default {;\n',
  'missing-secret.mjs': tool('missing_secret', `return '';`, `secrets: ['NOWHERE'],`),
  'bad-schema.mjs': `export default { name: 'bad', description: 'x', schema: { type: 'string' }, run: () => '' };\n`,
  'pair.mjs': `import { z } from 'zod';
export default { name: 'pair', description: 'x', schema: z.object({ pair: z.tuple([z.string()]) }), run: () => '' };\n`,
};

/** @returns the folder */
export function writeOperatorTools(root: string, httpPort: number): string {
  const folder = join(root, 'operator-tools');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(OPERATOR_TOOLS)) writeFileSync(join(folder, name), text);
  const http = (name: string, more: string): string =>
    `  - name: ${name}\n    description: For a test.\n    schema: {type: object, properties: {id: {type: string}, q: {type: string}}}\n${more}`;
  writeFileSync(
    join(folder, 'tools.yaml'),
    [
      `allowed_hosts: ["127.0.0.1:${httpPort}", "localhost:${httpPort}", "[::1]:${httpPort}"]`,
      `private_hosts: ["127.0.0.1:${httpPort}"]`,
      'tools:',
      http('get_issue', `    url: "http://127.0.0.1:${httpPort}/issues/{id}"\n    auth: {secret: ISSUES_KEY}\n`),
      http('post_issue', `    url: "http://127.0.0.1:${httpPort}/issues"\n    method: POST\n`),
      http('sent_on', `    url: "http://127.0.0.1:${httpPort}/moved"\n`),
      http('private_name', `    url: "http://localhost:${httpPort}/issues"\n`),
      http('private_address', `    url: "http://[::1]:${httpPort}/issues"\n`),
      http('other_host', '    url: "https://example.org/x"\n'),
    ].join('\n'),
  );
  mkdirSync(join(root, 'global_config'), { recursive: true });
  writeFileSync(join(root, 'global_config', 'tool_secrets.env'), 'GREETING=hello-secret\nISSUES_KEY=key-of-issues\n');
  return folder;
}
