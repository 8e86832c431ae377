/** Of one text; longer ones are rare, and take a page seconds to lay out. */
const MAX_CHARS = 200_000;
const MAX_LINES = 5_000;
/** Quotes and lists that begin on one line; parsers and renderers call themselves for each. */
const MAX_CONTAINERS = 40;
/** Columns before the text of a line in quotes and lists: a list needs two for each level. */
const MAX_INDENT = 100;
const MAX_CONTAINERS_IN_ALL = 10_000;
/** The same sign in a row: 20,000 asterisks take half a minute. */
const MAX_RUN = 300;
/** Signs of emphasis and links in one paragraph; what they take grows with the square of their number. */
const MAX_SIGNS = 1_000;
const MAX_SIGNS_IN_ALL = 10_000;
/** A row is filled up to the columns of the head, so that few characters make many cells. */
const MAX_CELLS = 5_000;

const CONTAINERS = /^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])(?=[ \t]|$)))+/;
const CONTAINER = />|[*+-]|\d+[.)]/g;
const LONG_RUN = new RegExp(`([*_~[\\]!\`])\\1{${MAX_RUN}}`);
const SIGNS = /[*_~[\]]/g;
const TABLE_RULE = /^[\s>]*[|:-][\s|:-]*$/;
const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})/;

/**
 * Whether a text may be parsed as Markdown. Parsers and React call themselves for each level of nesting until the stack
 * is used up, and some texts of few characters take minutes: those are shown as they are.
 */
export function isWithinMarkdownLimits(text: string): boolean {
  if (text.length > MAX_CHARS || LONG_RUN.test(text)) return false;
  const lines = text.split('\n');
  if (lines.length > MAX_LINES) return false;
  const count = new Count();
  return lines.every((line) => count.add(line));
}

/** What the lines so far come to. */
class Count {
  private containers = 0;
  private signs = 0;
  private signsOfParagraph = 0;
  private cells = 0;
  private columns = 0;
  private fence = '';
  private hasHtml = false;

  /** @returns false once there is too much of something */
  add(line: string): boolean {
    return this.addContainers(line) && (this.isCode(line) || this.addText(line));
  }

  private addContainers(line: string): boolean {
    const [prefix] = CONTAINERS.exec(line) ?? [''];
    if (prefix.replaceAll('\t', '    ').length > MAX_INDENT) return false;
    const containers = prefix.match(CONTAINER)?.length ?? 0;
    this.containers += containers;
    return containers <= MAX_CONTAINERS && this.containers <= MAX_CONTAINERS_IN_ALL;
  }

  private addText(line: string): boolean {
    if (line.trim() === '') this.columns = this.signsOfParagraph = 0;
    if (line.startsWith('<')) this.hasHtml = true;
    const signs = line.match(SIGNS)?.length ?? 0;
    this.signs += signs;
    this.signsOfParagraph += signs;
    if (line.includes('|') && TABLE_RULE.test(line)) this.columns = Math.max(this.columns, line.split('|').length);
    this.cells += this.columns;
    return this.signsOfParagraph <= MAX_SIGNS && this.signs <= MAX_SIGNS_IN_ALL && this.cells <= MAX_CELLS;
  }

  /** Only of fences at the margin, and of none behind HTML, there is no doubt that they are ones. */
  private isCode(line: string): boolean {
    const [fence = ''] = FENCE.exec(line) ?? [];
    if (this.fence === '') {
      if (!this.hasHtml) this.fence = fence;
      return this.fence !== '';
    }
    if (fence.startsWith(this.fence) && line.trim() === fence) this.fence = '';
    return true;
  }
}
