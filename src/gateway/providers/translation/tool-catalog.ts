import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { createHash } from 'node:crypto';
import { isObject, JsonObject, objectsOf, parseJson, textOf } from '../../wire/json';
import { uniqueId } from '../../wire/response-object';

/** A tool as the Responses API names it. */
export interface ToolIdentity {
  /** `custom`: its input is free text, not JSON. */
  readonly kind: 'function' | 'custom';
  readonly name: string;
  readonly namespace?: string;
}

type Schema = LanguageModelV4FunctionTool['inputSchema'];

const FREEFORM_SCHEMA: Schema = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
  required: ['input'],
  additionalProperties: false,
};

/** A call without a name is answered with what tools there are, and can be repeated to a provider that checks names. */
const NAMELESS = 'unnamed_tool';

/**
 * The tools of one request, under their upstream names and back.
 *
 * Namespaces are flattened, freeform tools become functions of `{input: string}`, and tools that only OpenAI can run
 * (`web_search`, nameless) are left out.
 */
export class ToolCatalog {
  readonly tools: LanguageModelV4FunctionTool[] = [];
  private readonly identities = new Map<string, ToolIdentity>();
  private readonly upstreamNames = new Map<string, string>();

  constructor(declared: readonly JsonObject[]) {
    for (const tool of declared) this.add(tool);
  }

  /** The name that a tool has upstream, also for one that only the history knows. */
  upstreamName(name: string, namespace?: string): string {
    return this.upstreamNames.get(keyOf(name, namespace)) ?? flatToolName(name === '' ? NAMELESS : name, namespace);
  }

  /** The tool that the model means by an upstream name; a name it made up is a function of that name. */
  identify(upstreamName: string): ToolIdentity {
    const name = upstreamName === '' ? NAMELESS : upstreamName;
    return this.identities.get(name) ?? { kind: 'function', name };
  }

  private add(tool: JsonObject, namespace?: string): void {
    const name = textOf(tool.name);
    if (name === undefined || name === '') return;
    if (tool.type === 'namespace') for (const inner of objectsOf(tool.tools)) this.add(inner, name);
    if (tool.type === 'function') this.register({ kind: 'function', name, namespace }, functionTool(tool));
    if (tool.type === 'custom') this.register({ kind: 'custom', name, namespace }, freeformTool(tool));
  }

  private register(identity: ToolIdentity, tool: Omit<LanguageModelV4FunctionTool, 'name'>): void {
    const key = keyOf(identity.name, identity.namespace);
    if (this.upstreamNames.has(key)) return;
    const plain = flatToolName(identity.name, identity.namespace);
    const name = this.identities.has(plain) ? distinctToolName(identity.name, identity.namespace) : plain;
    this.identities.set(name, identity);
    this.upstreamNames.set(key, name);
    this.tools.push({ ...tool, name });
  }
}

const keyOf = (name: string, namespace?: string): string => JSON.stringify([namespace ?? null, name]);

const isSchema = (value: unknown): value is Schema => isObject(value);

function functionTool(tool: JsonObject): Omit<LanguageModelV4FunctionTool, 'name'> {
  return {
    type: 'function',
    description: textOf(tool.description),
    inputSchema: isSchema(tool.parameters) ? tool.parameters : { type: 'object', properties: {} },
    ...(tool.strict === true ? { strict: true } : {}),
  };
}

/** The grammar goes into the description: a chat API has no other place for it. */
function freeformTool(tool: JsonObject): Omit<LanguageModelV4FunctionTool, 'name'> {
  const format = isObject(tool.format) ? tool.format : {};
  const grammar = textOf(format.definition);
  const description = [
    textOf(tool.description)?.replace(/ ?This is a FREEFORM tool[^.]*\./, ''),
    'Pass the whole input as the one text property "input".',
    grammar && `It must match this ${textOf(format.syntax) ?? ''} grammar:\n${grammar}`,
  ];
  return { type: 'function', description: description.filter(Boolean).join('\n'), inputSchema: FREEFORM_SCHEMA };
}

/** Longest function name that OpenAI's and most compatible APIs accept. */
const MAX_LENGTH = 64;
const DIGEST_LENGTH = 8;

/**
 * The one flat name that a tool has upstream: chat APIs know no namespaces. The same tool has the same name in every
 * request, so that replayed calls match and the provider's prompt cache holds.
 */
function flatToolName(name: string, namespace?: string): string {
  const full = namespace === undefined ? name : `${namespace}__${name}`;
  const safe = full.replace(/[^A-Za-z0-9_-]/g, '_');
  return safe.length <= MAX_LENGTH && safe === full ? safe : withDigest(safe, full);
}

/** The name for a second tool that `flatToolName` gives a name already taken. */
const distinctToolName = (name: string, namespace?: string): string =>
  withDigest(flatToolName(name, namespace), JSON.stringify([namespace ?? null, name]));

function withDigest(safe: string, full: string): string {
  const digest = createHash('sha256').update(full).digest('hex').slice(0, DIGEST_LENGTH);
  return `${safe.slice(0, MAX_LENGTH - DIGEST_LENGTH - 1)}_${digest}`;
}

/** The text of `{"input": text}`; a model that sent the bare text meant just that. */
export function freeformInput(wrapped: string): string {
  const value = parseJson(wrapped);
  if (typeof value === 'string') return value;
  return isObject(value) && typeof value.input === 'string' ? value.input : wrapped;
}

/** The provider's id, or a new one where the provider repeats itself; it is used from then on. */
export function unusedCallId(id: string, used: Set<string>): string {
  const callId = id === '' || used.has(id) ? uniqueId('call') : id;
  used.add(callId);
  return callId;
}
