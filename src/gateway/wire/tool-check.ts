import { invalidRequest } from './openai.error';
import { checkFields, FieldRules, requireFields, rule } from './field-rules';
import { isObject, JsonObject, objectsOf } from './json';

const NAME = rule.textOf(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"');
const TOOL: FieldRules = { type: rule.text };
const FUNCTION: FieldRules = { name: NAME, description: rule.text, parameters: rule.object, strict: rule.flag };
const CUSTOM: FieldRules = { name: NAME, description: rule.text, format: rule.object };

/** @throws OpenAiError 400 for a tool without its fields, and for a choice of a tool that is not offered. */
export function checkTools(tools: readonly JsonObject[], choice: unknown): void {
  for (const [index, tool] of tools.entries()) {
    const place = `tools[${index}].`;
    requireFields(tool, ['type'], place);
    checkFields(tool, TOOL, place);
    if (tool.type === 'function' || tool.type === 'custom') {
      requireFields(tool, ['name'], place);
      checkFields(tool, tool.type === 'function' ? FUNCTION : CUSTOM, place);
    }
  }
  checkChoice(choice, tools);
}

const MODES: readonly unknown[] = ['none', 'auto', 'required'];

function checkChoice(choice: unknown, tools: readonly JsonObject[]): void {
  if (choice == null || MODES.includes(choice)) return;
  if (!isObject(choice) || typeof choice.type !== 'string') {
    throw invalidRequest('tool_choice', '"tool_choice" must be "none", "auto", "required" or an object with a type.');
  }
  if (choice.type === 'allowed_tools') {
    if (!Array.isArray(choice.tools) || choice.tools.length === 0) {
      throw invalidRequest('tool_choice.tools', '"tool_choice.tools" must be a list of at least one tool.');
    }
    checkFields(choice, { mode: rule.isOneOf('none', 'auto', 'required') }, 'tool_choice.');
    for (const allowed of objectsOf(choice.tools)) requireOffered(allowed, tools, 'tool_choice.tools');
  } else requireOffered(choice, tools, 'tool_choice');
}

function requireOffered(wanted: JsonObject, tools: readonly JsonObject[], param: string): void {
  if (wanted.type !== 'function' && wanted.type !== 'custom') return;
  const isOffered = allTools(tools).some(({ type, name }) => type === wanted.type && name === wanted.name);
  if (isOffered) return;
  throw invalidRequest(param, `Tool choice '${String(wanted.name)}' not found in 'tools' parameter.`);
}

const allTools = (tools: readonly JsonObject[]): JsonObject[] =>
  tools.flatMap((tool) => (tool.type === 'namespace' ? objectsOf(tool.tools) : tool));
