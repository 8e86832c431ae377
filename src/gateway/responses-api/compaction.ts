import { Injectable } from '@nestjs/common';
import { checkInput } from '../wire/input-check';
import { JsonObject, objectsOf, textOf } from '../wire/json';
import { invalidRequest } from '../wire/openai.error';
import { uniqueId } from '../wire/response-object';
import { isCompaction, readResponsesRequest } from '../wire/responses-request';
import { sealSummary } from './compaction-envelope';
import { Conversation } from './conversation';
import { AdmittedRequest, responseCallOf } from './response-call';
import { ResponsesService } from './responses.service';
import { completeInputItem } from './stored/input-item';

const NO_USAGE = {
  input_tokens: 0,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 0,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 0,
};

/**
 * Compacts a conversation, https://www.openresponses.org/reference: what the users said stays, the rest becomes a
 * summary that the same model writes. The same for every backend, so that any of them can go on from it.
 */
@Injectable()
export class Compaction {
  constructor(
    private readonly responses: ResponsesService,
    private readonly conversation: Conversation,
  ) {}

  /** @throws OpenAiError 400 for a wrong request; as ResponsesService for what the model fails at. */
  async compact(body: unknown, admitted: AdmittedRequest, closed: AbortSignal): Promise<JsonObject> {
    const arrived = readResponsesRequest(body);
    if (arrived.model === undefined) throw invalidRequest('model', '"model" is missing.');
    checkInput(arrived.input);
    const call = responseCallOf(arrived, admitted);
    const owner = { userId: call.caller.access?.userId ?? null };
    const { request, earlier } = await this.conversation.continue(arrived, owner);
    if (request.input.some(isCompaction)) {
      throw invalidRequest('input', 'A compaction item of another provider cannot be compacted again.');
    }
    const summarized = readResponsesRequest(summaryBody(arrived.body, request.input));
    const response = await this.responses.complete({ ...call, request: summarized, endpoint: 'compact' }, closed);
    const kept = [...earlier, ...arrived.input.map(completeInputItem)].filter(isUserMessage);
    return {
      id: response.id,
      object: 'response.compaction',
      created_at: response.created_at,
      output: [...kept, compactionItem(textOfOutput(response))],
      usage: response.usage ?? NO_USAGE,
    };
  }
}

function summaryBody(compacted: JsonObject, conversation: readonly JsonObject[]): JsonObject {
  const { model, instructions, prompt_cache_key } = compacted;
  const content = [
    { type: 'input_text', text: SUMMARY_REQUEST },
    { type: 'input_text', text: transcriptOf(conversation, textOf(instructions)) },
  ];
  return { model, prompt_cache_key, store: false, input: [{ type: 'message', role: 'user', content }] };
}

const compactionItem = (summary: string): JsonObject => ({
  type: 'compaction',
  id: uniqueId('cmp'),
  status: 'completed',
  encrypted_content: sealSummary(summary),
});

const textOfOutput = ({ output }: JsonObject): string =>
  objectsOf(output)
    .filter(({ type }) => type === 'message')
    .flatMap(({ content }) => objectsOf(content).flatMap((part) => textOf(part.text) ?? []))
    .join('\n');

/** What the model is asked for; the transcript follows. */
export const SUMMARY_REQUEST =
  'Summarize the conversation below for whoever continues it without having seen it. Keep every fact, decision, name, ' +
  'number and open task, what was tried and how it ended, and what the user asked for last. Write plain text, no preamble.';

/**
 * The conversation as text. It is quoted rather than replayed, so that the model neither answers it nor calls its
 * tools; images are named only.
 */
export function transcriptOf(items: readonly JsonObject[], instructions: string | undefined): string {
  const lines = items.flatMap((item) => lineOf(item) ?? []);
  const head = instructions === undefined ? [] : [`[instructions]\n${instructions}`];
  return ['<conversation>', ...head, ...lines, '</conversation>'].join('\n\n');
}

function lineOf(item: JsonObject): string | undefined {
  if (item.type === 'message' || item.type === undefined) return `[${String(item.role)}]\n${contentText(item.content)}`;
  if (item.type === 'function_call' || item.type === 'custom_tool_call') {
    return `[calls ${String(item.name)}]\n${textOf(item.arguments) ?? textOf(item.input) ?? ''}`;
  }
  if (textOf(item.type)?.endsWith('_call_output')) return `[output]\n${contentText(item.output)}`;
  return undefined;
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => textOf(part.text) ?? textOf(part.refusal) ?? `(${String(part.type)})`)
    .join('\n');
}

/** What a compaction keeps word for word. */
export const isUserMessage = ({ type, role }: JsonObject): boolean => type === 'message' && role === 'user';
