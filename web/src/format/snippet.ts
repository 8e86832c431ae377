interface SnippetPart {
  text: string;
  isMatch: boolean;
}

/** As many characters before the first match fit into the first line of a narrow list. */
const LEAD = 30;

/** The parts of a snippet with so much before the first match that the match is in sight where two lines are shown. */
export function withShortLead(snippet: readonly SnippetPart[]): SnippetPart[] {
  const first = snippet.findIndex(({ isMatch }) => isMatch);
  const lead = snippet
    .slice(0, Math.max(first, 0))
    .map(({ text }) => text)
    .join('');
  if (lead.length <= LEAD) return [...snippet];
  const end = lead.slice(-LEAD);
  return [{ text: `…${end.slice(end.indexOf(' ') + 1)}`, isMatch: false }, ...snippet.slice(first)];
}
