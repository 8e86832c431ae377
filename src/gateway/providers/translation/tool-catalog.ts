import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { isObject, JsonObject, objectsOf, textOf } from '../../wire/json';
import { distinctToolName, flatToolName } from './tool-name';

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

/** A call without a name is answered with what tools there are, and can be told back to a provider that checks names. */
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
