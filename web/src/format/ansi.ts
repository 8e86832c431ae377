// CSI (colours, cursor), OSC (titles, links) up to its terminator, and the two-character escapes.
// eslint-disable-next-line no-control-regex
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/** Terminal output as plain text: no escape sequences, and of a line that was overwritten (`\r`) what stood last. */
export function plainText(output: string): string {
  const text = output.replaceAll(ESCAPES, '').replaceAll('\r\n', '\n');
  if (!text.includes('\r')) return text;
  return text
    .split('\n')
    .map((line) => line.split('\r').findLast((part) => part !== '') ?? '')
    .join('\n');
}
