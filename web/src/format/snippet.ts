interface SnippetPart {
  text: string;
  isMatch: boolean;
}

/** As many characters before the first match fit into the first line of a narrow list. */
const LEAD = 30;

/** The parts of a snippet with so much before the first match that the match is in sight where two lines are shown. */
export function withShortLead<T extends SnippetPart>(snippet: readonly T[]): T[] {
  const [lead, ...others] = snippet;
  if (lead === undefined) return [];
  if (lead.isMatch || others.length === 0 || lead.text.length <= LEAD) return [lead, ...others];
  const end = lead.text.slice(-LEAD);
  return [{ ...lead, text: `…${end.slice(end.indexOf(' ') + 1)}` }, ...others];
}
