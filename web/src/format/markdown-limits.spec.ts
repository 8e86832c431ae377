import { isWithinMarkdownLimits } from './markdown-limits';

const table = (columns: number, rows: number): string =>
  [`${'|a'.repeat(columns)}|`, `${'|-'.repeat(columns)}|`, ...Array.from({ length: rows }, () => '|b|')].join('\n');

describe('Markdown that is laid out', () => {
  it.each([
    [
      'an answer',
      '# Title\n\nSome *words* with `code` and [a link](https://example.com).\n\n- one\n  - two\n    1. three',
    ],
    ['a table', table(20, 200)],
    [
      'code with many brackets and rules',
      `\`\`\`js\n${'a[b[c]] = {d_e_f: [1, 2]};\n'.repeat(2_000)}${'-'.repeat(120)}\n\`\`\`\n`,
    ],
    ['code in tildes that holds a fence of backticks', `~~~\n\`\`\`\n${'[x][y]\n'.repeat(2_000)}~~~\n`],
    ['long prose', 'A sentence of some length, and *one* more.\n\n'.repeat(2_000)],
    ['quotes of quotes of mails', `${'> '.repeat(12)}Dear all`],
  ])('can be %s', (_, text) => expect(isWithinMarkdownLimits(text)).toBe(true));
});

describe('Markdown that is shown as it is', () => {
  it.each([
    ['quotes in quotes', '>'.repeat(3_544)],
    ['lists in lists on one line', `${'- '.repeat(2_550)}x`],
    ['lists in lists by indentation', Array.from({ length: 600 }, (_, level) => `${'  '.repeat(level)}- x`).join('\n')],
    ['numbered lists in quotes in fences', `\`\`\`\n${'> 1. '.repeat(30)}x`],
    ['brackets in brackets', '['.repeat(2_000)],
    ['images in images', `${'!['.repeat(1_000)}a${'](b)'.repeat(1_000)}`],
    ['emphasis in emphasis', `${'*a _b '.repeat(1_000)}c`],
    ['a run of asterisks', '*'.repeat(20_000)],
    ['emphasis in many paragraphs', `${'*a '.repeat(900)}\n\n`.repeat(12)],
    ['a table of many columns and short rows', table(300, 300)],
    ['a table of many rows', table(3, 4_000)],
    ['very many lines', 'x\n'.repeat(6_000)],
    ['a very long line', 'x'.repeat(200_001)],
    ['brackets behind a fence that HTML swallows', `<!--\n\`\`\`\n-->\n${'[a '.repeat(2_000)}`],
    ['brackets behind a fence that has ended', `\`\`\`\ncode\n\`\`\`\n${'[a '.repeat(2_000)}`],
  ])('is that of %s', (_, text) => expect(isWithinMarkdownLimits(text)).toBe(false));
});
