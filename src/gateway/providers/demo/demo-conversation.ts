import type { LanguageModelV4CallOptions, LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { isObject, parseJson } from '../../wire/json';
import { isGatewayMade } from '../translation/prompt';

/** One tool call, and what came of it. */
export interface DemoCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: string;
}

/** All that the demo model goes by: it keeps nothing between requests. */
export interface DemoConversation {
  /** What the user wrote last. */
  readonly userText: string;
  readonly imageCount: number;
  readonly calls: readonly DemoCall[];
  /** The calls before that message. */
  readonly earlierCalls: readonly DemoCall[];
  /** Names of the tools on offer. */
  readonly tools: ReadonlySet<string>;
}

/** Context that codex writes in the user's role: `<environment_context>...</environment_context>` and the like. */
const CODEX_CONTEXT = /^\s*<([a-z_]+)[ >][\s\S]*<\/\1>\s*$/;

export function demoConversation({ prompt, tools = [] }: LanguageModelV4CallOptions): DemoConversation {
  const last = prompt.findLastIndex(isOfUser);
  const message = prompt[last];
  const parts = message?.role === 'user' ? message.content : [];
  return {
    userText: parts
      .flatMap((part) => (part.type === 'text' && !CODEX_CONTEXT.test(part.text) ? part.text : []))
      .join('\n')
      .trim(),
    imageCount: parts.filter((part) => part.type === 'file').length,
    calls: callsOf(prompt.slice(last + 1)),
    earlierCalls: callsOf(prompt.slice(0, Math.max(0, last))),
    tools: new Set(tools.map(({ name }) => name)),
  };
}

function isOfUser(message: LanguageModelV4Message): boolean {
  if (message.role !== 'user' || isGatewayMade(message)) return false;
  return message.content.some((part) => part.type === 'file' || !CODEX_CONTEXT.test(part.text));
}

function callsOf(messages: LanguageModelV4Prompt): DemoCall[] {
  const outputs = new Map<string, string>();
  for (const message of messages) {
    if (message.role !== 'tool') continue;
    for (const part of message.content) {
      if (part.type === 'tool-result' && part.output.type === 'text') outputs.set(part.toolCallId, part.output.value);
    }
  }
  return messages.flatMap((message) => {
    if (message.role !== 'assistant') return [];
    return message.content.flatMap((part) => {
      if (part.type !== 'tool-call') return [];
      const input = typeof part.input === 'string' ? parseJson(part.input) : part.input;
      const output = outputs.get(part.toolCallId) ?? '';
      return { tool: part.toolName, input: isObject(input) ? input : {}, output };
    });
  });
}
