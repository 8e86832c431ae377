import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { isObject, parseJson } from '../../wire/json';

/**
 * The prompt with the arguments of earlier calls as objects: Anthropic, Gemini and Bedrock take nothing else, and some
 * of the AI SDK's providers would encode a text once more.
 */
export const withArgumentObjects = (prompt: LanguageModelV4Prompt): LanguageModelV4Prompt =>
  prompt.map((message) => {
    if (message.role !== 'assistant') return message;
    const content = message.content.map((part) =>
      part.type === 'tool-call' ? { ...part, input: argumentObject(part.input) } : part,
    );
    return { ...message, content };
  });

function argumentObject(input: unknown): unknown {
  const value = typeof input === 'string' ? parseJson(input) : input;
  return isObject(value) ? value : { input: value ?? input };
}
