import { createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import { GRAMMARS } from './grammars';
import type { Language } from './languages';
import type { HighlightAnswer, HighlightRequest, TokenLine } from './tokens';

/** Longer lines are left in one colour: their patterns may take seconds. */
const MAX_LINE = 2_000;
const LINE_DEADLINE_MS = 2_000;
const THEMES = { light: 'github-light-high-contrast', dark: 'github-dark-default' } as const;

const highlighter: Promise<HighlighterCore> = createHighlighterCore({
  engine: createJavaScriptRegexEngine({ forgiving: true }),
  themes: [import('shiki/themes/github-light-high-contrast.mjs'), import('shiki/themes/github-dark-default.mjs')],
  langs: [],
});

addEventListener('message', ({ data }: MessageEvent<HighlightRequest>) => {
  const answer = (lines: TokenLine[] | null) => postMessage({ id: data.id, lines } satisfies HighlightAnswer);
  tokensOf(data.code, data.language).then(answer, () => answer(null));
});

/** Told apart one after another; loading a grammar twice is nothing. */
async function tokensOf(code: string, language: Language): Promise<TokenLine[]> {
  const core = await highlighter;
  if (!core.getLoadedLanguages().includes(language)) await core.loadLanguage(GRAMMARS[language]);
  const { tokens } = core.codeToTokens(code, {
    lang: language,
    themes: THEMES,
    defaultColor: 'light-dark()',
    tokenizeMaxLineLength: MAX_LINE,
    tokenizeTimeLimit: LINE_DEADLINE_MS,
  });
  return tokens.map((line) => line.map(({ content, htmlStyle }) => ({ text: content, color: htmlStyle?.color ?? '' })));
}
