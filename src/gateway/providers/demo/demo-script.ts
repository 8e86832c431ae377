import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { APPROVE, RUN } from './demo-command';
import { demoConversation } from './demo-conversation';
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
  if (responseFormat?.type === 'json' && conversation.calls.length === 0) {
    return { say: JSON.stringify(exampleOf(responseFormat.schema ?? { type: 'object' })) };
  }
  const [, name = '', rest = ''] = /^([a-z]+):\s*([\s\S]*)$/i.exec(conversation.userText) ?? [];
  return BY_WORD.get(name.toLowerCase())?.step(rest.trim(), conversation) ?? greeting(conversation, WORDS);
}
