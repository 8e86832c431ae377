import { isObject, JsonObject, objectsOf } from '../../gateway/wire/json';
import { invalidRequest, OpenAiError } from '../../gateway/wire/openai.error';
import { type EarlierMessage, type InputPart, partsOf, textOfParts } from './input-parts';

/** What a chat takes as its instructions. */
const MAX_INSTRUCTIONS = 32_768;

/** What a request asks the agent for, whichever of both APIs it came by. */
export interface AgentRequest {
  /** Of system and developer messages. */
  readonly instructions: string | undefined;
  /** What the client says was said before, in its order. */
  readonly earlier: readonly EarlierMessage[];
  /** What is new: all that the user says behind the last answer. */
  readonly content: readonly InputPart[];
  readonly outputSchema: Record<string, unknown> | undefined;
  readonly effort: string | undefined;
}

/** @throws OpenAiError 400 for what the agent cannot do, or where nothing is asked */
export function completionRequestOf(body: JsonObject): AgentRequest {
  requireNoOwnTools(body);
  if (typeof body.n === 'number' && body.n > 1) throw unsupported('n', 'the agent gives one answer');
  const format = isObject(body.response_format) ? body.response_format : {};
  const schema = isObject(format.json_schema) ? format.json_schema.schema : undefined;
  return {
    ...conversationOf(objectsOf(body.messages), undefined),
    outputSchema: schemaOf(schema),
    effort: textField(body.reasoning_effort, 'reasoning_effort'),
  };
}

/** @throws OpenAiError as `completionRequestOf` */
export function responsesRequestOf(body: JsonObject): AgentRequest {
  requireNoOwnTools(body);
  if (body.background === true) throw unsupported('background', 'stream the response, or read the chat later');
  if (body.prompt != null) throw unsupported('prompt', 'send its text as input');
  const { input } = body;
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : objectsOf(input);
  const format = isObject(body.text) && isObject(body.text.format) ? body.text.format : {};
  return {
    ...conversationOf(items, textField(body.instructions, 'instructions')),
    outputSchema: format.type === 'json_schema' ? schemaOf(format.schema) : undefined,
    effort: isObject(body.reasoning) ? textField(body.reasoning.effort, 'reasoning.effort') : undefined,
  };
}

function conversationOf(
  items: readonly JsonObject[],
  given: string | undefined,
): Pick<AgentRequest, 'instructions' | 'earlier' | 'content'> {
  const system: string[] = given === undefined ? [] : [given];
  const said: { role: 'user' | 'assistant'; parts: readonly InputPart[] }[] = [];
  for (const { role, content } of items) {
    const parts = partsOf(content);
    if (role === 'system' || role === 'developer') system.push(textOfParts(parts));
    // What is no message, such as a call of a tool, was for another model.
    else if (role === 'user' || role === 'assistant') said.push({ role, parts });
  }
  const answered = said.findLastIndex(({ role }) => role === 'assistant');
  const content = said.slice(answered + 1).flatMap(({ parts }) => parts);
  if (content.length === 0) {
    throw new OpenAiError(400, 'empty_message', 'The last message must be one of the user, with some content.');
  }
  const instructions = system.filter((text) => text.trim() !== '').join('\n\n');
  if (instructions.length > MAX_INSTRUCTIONS) {
    const limit = `at most ${MAX_INSTRUCTIONS} characters`;
    throw invalidRequest(null, `System messages and instructions together may have ${limit}.`);
  }
  return {
    instructions: instructions === '' ? undefined : instructions,
    earlier: said.slice(0, answered + 1).map(({ role, parts }) => ({ role, text: textOfParts(parts).trim() })),
    content,
  };
}

/** Many clients send tools with each request, which is no harm; one that insists on a call would wait for it in vain. */
function requireNoOwnTools({ tool_choice: choice }: JsonObject): void {
  if (choice == null || choice === 'auto' || choice === 'none') return;
  throw unsupported('tool_choice', 'the agent calls its own tools alone, and none of the client');
}

/** @throws OpenAiError 400 for what is there and no text */
function textField(value: unknown, name: string): string | undefined {
  if (value == null) return undefined;
  if (typeof value === 'string') return value;
  throw invalidRequest(name, `"${name}" must be a string.`);
}

const schemaOf = (schema: unknown): Record<string, unknown> | undefined =>
  isObject(schema) ? { ...schema } : undefined;

const unsupported = (name: string, why: string): OpenAiError =>
  new OpenAiError(400, 'unsupported_parameter', `"${name}" is not supported by the model "agent": ${why}.`, name);
