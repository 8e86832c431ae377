import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';
import type { PluginConfig } from 'streamdown';

/** Formulas as MathML, which browsers draw themselves: with no fonts or styles of its own, and nothing it is told to trust. */
const options = { output: 'mathml', trust: false, strict: 'ignore', maxExpand: 300, maxSize: 20 } as const;

export const math: NonNullable<PluginConfig['math']> = {
  name: 'katex',
  type: 'math',
  // A single dollar is money more often than mathematics.
  remarkPlugin: [remarkMath, { singleDollarTextMath: false }],
  rehypePlugin: [rehypeKatex, options],
};
