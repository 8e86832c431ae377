import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { APPROVE, RUN } from './demo-command';
import { isObject } from '../../wire/json';
import { DemoConversation, demoConversation } from './demo-conversation';
import { exampleOf } from './demo-json';
import { PLAN } from './demo-plan';
import { DemoStep, DemoWord } from './demo-step';
import { FAIL, greeting, SLOW, summaryStep, THINK } from './demo-texts';
import { WRITE } from './demo-write';

/** Every word that the demo model knows. */
const WORDS: readonly DemoWord[] = [RUN, WRITE, PLAN, APPROVE, THINK, FAIL, SLOW];

const BY_WORD = new Map(WORDS.map((word) => [word.word, word]));

/** Codex's own request for a summary: no tools, and these words (its compaction prompt). */
const COMPACTION = /context checkpoint compaction|handoff summary/i;

/** What the demo model does in answer to a request; the same request always gets the same step. */
export function demoStep(options: LanguageModelV4CallOptions): DemoStep {
  const conversation = demoConversation(options);
  const { responseFormat, tools = [] } = options;
  if (tools.length === 0 && COMPACTION.test(conversation.userText)) return summaryStep();
  const forced = forcedCall(options, conversation);
  if (forced !== undefined) return forced;
  if (responseFormat?.type === 'json' && conversation.calls.length === 0) {
    return { say: JSON.stringify(exampleOf(responseFormat.schema ?? { type: 'object' })) };
  }
  return stepOfWord(conversation) ?? namedCall(options, conversation) ?? greeting(conversation, WORDS);
}

function stepOfWord(conversation: DemoConversation): DemoStep | undefined {
  const [, name = '', rest = ''] = /^([a-z]+):\s*([\s\S]*)$/i.exec(conversation.userText) ?? [];
  return BY_WORD.get(name.toLowerCase())?.step(rest.trim(), conversation);
}

/**
 * The call of a client's function that the message speaks of: `get_weather` for "What is the weather in Paris?". Codex's own
 * tools have words of their own.
 */
function namedCall(
  { tools = [], toolChoice }: LanguageModelV4CallOptions,
  conversation: DemoConversation,
): DemoStep | undefined {
  if (toolChoice?.type === 'none' || conversation.calls.length > 0 || conversation.tools.has(CODEX_TOOL))
    return undefined;
  const words = new Set(conversation.userText.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const isNamed = (name: string): boolean =>
    name
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .some((part) => part.length >= MIN_WORD_LENGTH && words.has(part));
  const tool = tools.find((each) => each.type === 'function' && isNamed(each.name));
  return tool?.type === 'function' ? callOf(tool) : undefined;
}

const CODEX_TOOL = 'exec_command';
/** Shorter ones, such as "get", are in every sentence. */
const MIN_WORD_LENGTH = 4;

/** With arguments that its schema allows. */
function callOf({ name, inputSchema }: LanguageModelV4FunctionTool): DemoStep {
  const input = exampleOf(inputSchema);
  return { call: { tool: name, input: isObject(input) ? input : {} } };
}

/** The call that `tool_choice` demands, with arguments that its schema allows; once for each message of the user. */
function forcedCall(
  { tools = [], toolChoice }: LanguageModelV4CallOptions,
  conversation: DemoConversation,
): DemoStep | undefined {
  const isForced = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  if (!isForced || conversation.calls.length > 0) return undefined;
  const allowed = tools.filter(({ name }) => toolChoice.type === 'required' || name === toolChoice.toolName);
  const asked = stepOfWord(conversation);
  if (allowed.some(({ name }) => name === asked?.call?.tool)) return asked;
  const [tool] = allowed;
  return tool?.type === 'function' ? callOf(tool) : undefined;
}
