import { Backend } from '../backends/backend';
import { invalidRequest } from '../wire/openai.error';
import { ResponsesRequest } from '../wire/responses-request';
import { isCompaction } from './compaction-envelope';

/** Tools that the client runs itself: every model can be offered those. */
const CLIENT_TOOLS: readonly unknown[] = ['function', 'custom', 'namespace'];

/**
 * Refuses what only a provider with the Responses API could do: leaving it out in silence would be a worse answer.
 *
 * @throws OpenAiError 400 that names the field.
 */
export function requireTranslatable({ body, input }: ResponsesRequest, { id }: Backend): void {
  const tools: readonly unknown[] = Array.isArray(body.tools) ? body.tools : [];
  for (const [index, tool] of tools.entries()) {
    const toolType: unknown = tool !== null && typeof tool === 'object' && 'type' in tool ? tool.type : undefined;
    if (CLIENT_TOOLS.includes(toolType)) continue;
    const message = `The tool "${String(toolType)}" is not available with the backend "${id}"; offer a function instead.`;
    throw invalidRequest(`tools[${index}].type`, message);
  }
  if (input.some(isCompaction)) {
    throw invalidRequest('input', `The backend "${id}" cannot read this compaction item: another provider made it.`);
  }
}
