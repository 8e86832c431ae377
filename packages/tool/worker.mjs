/** The thread that a tool runs in. */
import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const { kind, file, packages, input, context, secrets } = workerData;

/** What a tool may import by name wherever its folder lies. */
function offerPackages() {
  nodeModule.registerHooks?.({
    resolve: (specifier, from, next) =>
      Object.hasOwn(packages, specifier) ? { url: packages[specifier], shortCircuit: true } : next(specifier, from),
  });
}

const isZod = (schema) => typeof schema === 'object' && schema !== null && '_zod' in schema;

async function describe({ name, description, approval, timeoutSeconds, secrets: names, schema }) {
  // The tool has loaded it, so it can be found.
  const json = isZod(schema)
    ? (await import('zod')).z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })
    : schema;
  // Without what cannot be sent to another thread, such as functions.
  return JSON.parse(JSON.stringify({ name, description, approval, timeoutSeconds, secrets: names, schema: json }));
}

/** A text, parts, or anything that JSON can hold. */
function resultOf(result) {
  if (typeof result === 'object' && result !== null && Array.isArray(result.content)) {
    return { success: result.success !== false, content: result.content };
  }
  const text = typeof result === 'string' ? result : result === undefined ? 'Done.' : JSON.stringify(result, null, 2);
  return { success: true, content: [{ type: 'text', text }] };
}

async function run(tool) {
  const given = isZod(tool.schema) ? await tool.schema.parseAsync(input) : input;
  return resultOf(await tool.run({ ...context, secrets }, given));
}

async function answer() {
  offerPackages();
  const { default: tool } = await import(pathToFileURL(file).href);
  if (typeof tool?.run !== 'function') throw new Error('its default export has no function "run"');
  return kind === 'describe' ? describe(tool) : run(tool);
}

try {
  parentPort.postMessage({ value: await answer() });
} catch (error) {
  parentPort.postMessage({ fault: error instanceof Error ? error.message : String(error) });
}
