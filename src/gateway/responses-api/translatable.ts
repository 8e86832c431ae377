import { dialectOf } from '../providers/translation/dialect-table';
import { isReadableFile } from '../providers/translation/prompt-content';
import { Target } from '../routing/backend-router';
import { CLIENT_TOOLS } from '../routing/request-needs';
import { isObject, JsonObject, objectsOf, textOf } from '../wire/json';
import { invalidRequest } from '../wire/openai.error';
import { isCompaction, ResponsesRequest } from '../wire/responses-request';

/**
 * Refuses what only a provider with the Responses API could do: leaving it out in silence would be a worse answer.
 *
 * @throws OpenAiError 400 that names the field.
 */
export function requireTranslatable(request: ResponsesRequest, { backend }: Target): void {
  const { id, type } = backend;
  const { body, input, parallelToolCalls } = request;
  const tools: readonly unknown[] = Array.isArray(body.tools) ? body.tools : [];
  for (const [index, tool] of tools.entries()) {
    const toolType: unknown = isObject(tool) ? tool.type : undefined;
    if (CLIENT_TOOLS.includes(toolType)) continue;
    const message = `The tool "${String(toolType)}" is not available with the backend "${id}"; offer a function instead.`;
    throw invalidRequest(`tools[${index}].type`, message);
  }
  if (input.some(isCompaction)) {
    throw invalidRequest('input', `The backend "${id}" cannot read this compaction item: another provider made it.`);
  }
  if (tools.length > 0 && !parallelToolCalls && !dialectOf(type).oneCallAtATime) {
    const message = `The backend "${id}" cannot be told to call one tool at a time: leave out "parallel_tool_calls".`;
    throw invalidRequest('parallel_tool_calls', message);
  }
  requireNoLogprobs(body, id);
  for (const [index, item] of input.entries()) requireReadable(item, `input[${index}]`, backend);
}

const LOGPROBS = 'message.output_text.logprobs';

function requireNoLogprobs({ top_logprobs: wanted, include }: JsonObject, id: string): void {
  const message = `The backend "${id}" gives no logprobs.`;
  if (typeof wanted === 'number' && wanted > 0) throw invalidRequest('top_logprobs', message);
  if (Array.isArray(include) && include.includes(LOGPROBS)) throw invalidRequest('include', `${message} (${LOGPROBS})`);
}

function requireReadable(item: JsonObject, path: string, { id, type }: Target['backend']): void {
  const field = Array.isArray(item.content) ? 'content' : 'output';
  for (const [index, part] of objectsOf(item[field]).entries()) {
    const at = `${path}.${field}[${index}]`;
    if (part.type === 'input_image') requireFile(part, 'image_url', at, id);
    else if (part.type === 'input_file') requireFile(part, textOf(part.file_data) ? 'file_data' : 'file_url', at, id);
    const isRefused = part.type === 'input_video' || (part.type === 'input_file' && !dialectOf(type).documents);
    if (isRefused) throw invalidRequest(`${at}.type`, `The backend "${id}" takes no "${String(part.type)}".`);
  }
}

/** A file is read of its bytes, or fetched by the provider; what OpenAI keeps under an id only OpenAI has. */
function requireFile(part: JsonObject, field: string, at: string, id: string): void {
  const address = textOf(part[field]);
  if (address !== undefined && isReadableFile(address)) return;
  if (part.file_id != null) {
    const message = `The backend "${id}" does not know the file ${JSON.stringify(part.file_id)} of this "file_id": send its bytes.`;
    throw invalidRequest(`${at}.file_id`, message);
  }
  throw invalidRequest(
    `${at}.${field}`,
    `"${at}.${field}" must be a data URL, base64, or an address of http or https.`,
  );
}
