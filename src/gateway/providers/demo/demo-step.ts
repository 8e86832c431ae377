import { DemoConversation } from './demo-conversation';

/** What the demo model does in one request, in this order. */
export interface DemoStep {
  /** Shown as reasoning. */
  readonly think?: string;
  readonly say?: string;
  readonly call?: { readonly tool: string; readonly input: Readonly<Record<string, unknown>> };
  /** The request fails with these words. */
  readonly fail?: string;
}

/** A word that a message may start with, as in `run: ls`, and what it makes the model do. */
export interface DemoWord {
  readonly word: string;
  readonly usage: string;
  readonly description: string;
  /** `rest`: what stands behind the colon. */
  step(rest: string, conversation: DemoConversation): DemoStep;
}

/** A call, or an explanation where the agent does not offer the tool. */
export function callOrExplain(
  { tools }: DemoConversation,
  tool: string,
  input: Readonly<Record<string, unknown>>,
  words: Pick<DemoStep, 'think' | 'say'>,
): DemoStep {
  if (tools.has(tool)) return { ...words, call: { tool, input } };
  return { say: `I would use the tool \`${tool}\` for that, but the agent does not offer it here.` };
}
