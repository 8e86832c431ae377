/** Stands in for `rehype-raw` (see vite.config.mts): HTML that a model writes stays text, nothing parses it. */
export default function noRawHtml(): void {}
