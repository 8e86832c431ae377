import { ScriptedRequest } from '../../support/scripted-request';

type Json = Readonly<Record<string, unknown>>;

/** A protocol in which the product asks a provider. */
export type Dialect = 'responses' | 'anthropic' | 'google' | 'bedrock' | 'chat';

/** One message of a request, told alike for every dialect. */
export interface WireMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly texts: readonly string[];
  readonly pictures: number;
  /** Ids of the calls that the assistant made here. */
  readonly callIds: readonly string[];
  /** Ids of the calls that are answered here. */
  readonly resultIds: readonly string[];
  readonly thoughts: readonly string[];
}

/** A request as the provider got it. */
export interface WireRequest {
  readonly dialect: Dialect;
  /** Id of the backend, which is in the name of its model. */
  readonly backend: string;
  readonly body: Json;
  readonly messages: readonly WireMessage[];
  readonly scripted: ScriptedRequest;
}

/** Reads a request of any dialect. */
export function wireRequest(scripted: ScriptedRequest): WireRequest {
  const { body, path } = scripted;
  const dialect = dialectOf(path);
  const said = textsIn(body.system ?? body.systemInstruction ?? body.instructions);
  const system = said.length > 0 ? [message('system', { texts: said })] : [];
  const list = objects(body.messages ?? body.contents ?? body.input);
  const backend = /m-([a-z0-9-]+)/.exec(typeof body.model === 'string' ? body.model : decodeURIComponent(path))?.[1];
  return { dialect, backend: backend ?? '', body, messages: [...system, ...list.map(readMessage)], scripted };
}

function dialectOf(path: string): Dialect {
  const [route = ''] = path.split('?');
  if (route.endsWith('/responses')) return 'responses';
  if (route.endsWith('/messages')) return 'anthropic';
  if (/:(stream)?generateContent/i.test(route)) return 'google';
  return route.includes('/converse') ? 'bedrock' : 'chat';
}

function readMessage(item: Json): WireMessage {
  const type = textIn(item.type) ?? 'message';
  if (type.endsWith('_call')) return message('assistant', { callIds: [String(item.call_id)] });
  if (type.endsWith('_call_output')) {
    return message('tool', { resultIds: [String(item.call_id)], pictures: picturesIn(item.output) });
  }
  if (type === 'reasoning') return message('assistant', { thoughts: ['sealed'] });
  const parts = partsOf(item.content ?? item.parts);
  const thought = typeof item.reasoning_content === 'string' ? [item.reasoning_content] : [];
  return message(roleOf(item.role), {
    texts: parts.flatMap((part) => (isThought(part) || typeof part.text !== 'string' ? [] : part.text)),
    pictures: picturesIn(parts),
    callIds: [...objects(item.tool_calls), ...parts].flatMap(callIdOf),
    resultIds: [
      ...(item.tool_call_id === undefined ? [] : [textIn(item.tool_call_id) ?? '']),
      ...parts.flatMap(resultIdOf),
    ],
    thoughts: [...thought, ...parts.filter(isThought).map((part) => JSON.stringify(part))],
  });
}

const message = (role: WireMessage['role'], facts: Partial<WireMessage>): WireMessage => ({
  ...{ role, texts: [], pictures: 0, callIds: [], resultIds: [], thoughts: [] },
  ...facts,
});

function roleOf(role: unknown): WireMessage['role'] {
  if (role === 'developer' || role === 'system') return 'system';
  if (role === 'model' || role === 'assistant') return 'assistant';
  return role === 'tool' ? 'tool' : 'user';
}

const isThought = (part: Json): boolean =>
  part.type === 'thinking' || part.thought === true || part.reasoningContent !== undefined;

function callIdOf(part: Json): string[] {
  if (isObject(part.toolUse)) return [String(part.toolUse.toolUseId)];
  return part.type === 'tool_use' || part.type === 'function' ? [String(part.id)] : [];
}

function resultIdOf(part: Json): string[] {
  if (isObject(part.toolResult)) return [String(part.toolResult.toolUseId)];
  return part.type === 'tool_result' ? [String(part.tool_use_id)] : [];
}

const PICTURES = new Set<unknown>(['image_url', 'input_image', 'image']);

function picturesIn(content: unknown): number {
  return partsOf(content)
    .map((part) => {
      const isPicture = PICTURES.has(part.type) || part.image !== undefined || part.inlineData !== undefined;
      const inner = isObject(part.toolResult) ? part.toolResult.content : part.content;
      return (isPicture ? 1 : 0) + picturesIn(inner);
    })
    .reduce((sum, count) => sum + count, 0);
}

const textsIn = (content: unknown): string[] =>
  partsOf(isObject(content) ? content.parts : content).flatMap(({ text }) => (typeof text === 'string' ? text : []));

const partsOf = (content: unknown): Json[] => (typeof content === 'string' ? [{ text: content }] : objects(content));
const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
