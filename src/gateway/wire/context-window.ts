import { isObject, numberOf, parseJson } from './json';

/**
 * Where a provider that refuses a request as too long says how many tokens its model takes. Each form has one group, the
 * number; the tokens of the request stand beside it, so none is more general than it has to be.
 */
const FORMS: readonly RegExp[] = [
  // OpenAI, Azure, vLLM, DeepSeek, OpenRouter, Together, Fireworks; xAI ("maximum prompt length is").
  /maximum (?:context|prompt|model|input) length(?: is|:| of)? (\d[\d,]*)/i,
  // Mistral: "too large for model with 32768 maximum context length".
  /with (\d[\d,]*) maximum context length/i,
  // Anthropic: "210000 tokens > 200000 maximum", "exceed context limit: 190000 + 20000 > 200000".
  /tokens > (\d[\d,]*) maximum/i,
  /context limit: [\d,]+ \+ [\d,]+ > (\d[\d,]*)/i,
  // llama.cpp: "exceeds the available context size (4096 tokens)".
  /context size \((\d[\d,]*)/i,
  // Gemini: "exceeds the maximum number of tokens allowed (1048576)".
  /maximum number of tokens allowed:? \(?(\d[\d,]*)/i,
  // LM Studio: "context length of only 4096 tokens"; vLLM since 0.11: "context length is only 32768 tokens".
  /context length (?:of|is) only (\d[\d,]*)/i,
  // Moonshot: "exceeded model token limit: 8192".
  /model token limit: (\d[\d,]*)/i,
  // Alibaba: "Range of input length should be [1, 30720]".
  /input length should be \[\d+, ?(\d[\d,]*)\]/i,
];

/** A window outside of this is a number of something else. */
const LEAST = 256;
const MOST = 100_000_000;

/** The context window, in tokens, that a refusal tells of; `undefined` where it does not. */
export function contextWindowIn(message: string): number | undefined {
  for (const form of FORMS) {
    const window = Number(form.exec(message)?.[1]?.replaceAll(',', ''));
    if (window >= LEAST && window <= MOST) return window;
  }
  return undefined;
}

/** The window that llama.cpp puts beside its words, as `n_ctx`. */
export function contextWindowField(body: unknown): number | undefined {
  const value = typeof body === 'string' ? parseJson(body) : body;
  const error = isObject(value) && isObject(value.error) ? value.error : value;
  const window = isObject(error) ? numberOf(error.n_ctx) : undefined;
  return window !== undefined && window >= LEAST && window <= MOST ? window : undefined;
}
