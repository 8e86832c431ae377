import { Dialect } from '../src/gateway/providers/translation/dialect';
import { DIALECTS } from '../src/gateway/providers/translation/dialect-table';
import { ERROR_WORDS } from '../src/gateway/wire/error-words';
import { FINISH_REASONS } from '../src/gateway/wire/finish-reason';

type Row = readonly string[];
/** A column of a table with a row for each type. */
type Column = readonly [title: string, cell: (dialect: Dialect) => string];

const yes = (value: boolean): string => (value ? 'yes' : 'no');
const code = (text: string): string => `\`${text}\``;

const CONVERSATION: readonly Column[] = [
  ['roles', ({ rolesAlternate }) => (rolesAlternate ? 'take turns' : 'any order')],
  ['begins with the user', ({ beginsWithUser }) => yes(beginsWithUser)],
  ['user right after a tool', ({ userAfterTool }) => yes(userAfterTool)],
  ['role of the developer', ({ developerRole }) => code(developerRole)],
  ['ids of calls', ({ callIds }) => callIds.words],
  ['blank texts', ({ blankText }) => yes(blankText)],
  ['arguments of earlier calls', ({ argumentText }) => (argumentText ? 'text' : 'object')],
  ['thinks over bare calls', ({ thoughtsBesideCalls }) => yes(!thoughtsBesideCalls)],
];

const REQUEST: readonly Column[] = [
  ['one call at a time', ({ oneCallAtATime }) => yes(oneCallAtATime)],
  ['JSON without a schema', ({ jsonObject }) => (jsonObject ? 'field' : 'in words')],
  ['pictures, files', ({ pictures }) => pictures],
  ['files that are no pictures', ({ documents }) => yes(documents)],
];

const ANSWER: readonly Column[] = [
  ['`<think>` in the text', ({ thinksInText }) => (thinksInText ? 'is reasoning' : 'is text')],
];

const reasons = ([meaning, words]: readonly [string, readonly string[]]): string =>
  `- ${code(meaning)}: ${words.map(code).join(', ')}.`;

/** The page of what each type of provider takes, in Markdown as Prettier writes it. */
export function dialectsPage(): string {
  const types = Object.entries(DIALECTS);
  const byType = (columns: readonly Column[]): string =>
    table(
      ['type', ...columns.map(([title]) => title)],
      types.map(([type, dialect]) => [code(type), ...columns.map(([, cell]) => cell(dialect))]),
    );
  const parts = [
    ...[HEAD, '## Of a conversation', CONVERSATION_WORDS, byType(CONVERSATION)],
    ...['## Of a request', REQUEST_WORDS, byType(REQUEST)],
    ...['## Fields of `/v1/chat/completions`', FIELD_WORDS, types.map(fieldsOf).join('\n')],
    ...['## Of an answer', byType(ANSWER)],
    ...['## Reasons for the end of an answer', REASON_WORDS, Object.entries(FINISH_REASONS).map(reasons).join('\n')],
    ...['## Words of refusals', ERROR_HEAD, Object.entries(ERROR_WORDS).map(errorWords).join('\n')],
    ...['## Sources', types.flatMap(sourceOf).join('\n')],
  ];
  return parts.join('\n\n') + '\n';
}

const HEAD = `# Dialects: what each type of provider takes

<!-- Generated from src/gateway/providers/translation/dialect-table.ts and src/gateway/wire/{error-words,finish-reason}.ts by \`npm run docs:dialects\`. -->

The types are those of \`type\` in \`llm_backends.yaml\`. What a provider does not take as a client sends it is changed on its way where the
answer stays the same, and refused with a 400 that names the field where it would not. A fallback that cannot take all of a request
is passed over. \`openai\`, and \`azure\` with the Responses API, get requests of that API as they came.`;

const CONVERSATION_WORDS = `Where roles take turns, neighbours of one role go out as one message behind one system message. Where a conversation begins with the
user, or the user may not speak right after a tool, a short message stands between. Ids that a provider does not take are
replaced, the same for a call and its result. A model that does not think over calls that came without their thoughts is asked not to think.`;

const REQUEST_WORDS = `"In words" means that the instructions say it. A schema is strict only if the client says so.`;

const FIELD_WORDS = `A field that is not named goes out as it came.`;

const REASON_WORDS = `Of any type, in lower and upper case, and what stands for them. "failed" is a failure of the provider: the call is repeated where that
is still possible.`;

const ERROR_HEAD = `The code of a failure, and the patterns by which it is known, of any type: what one provider says comes through every proxy. They stand
for themselves in lower and upper case.`;

function fieldsOf([type, { fields }]: readonly [string, Dialect]): string {
  const entries = Object.entries(fields);
  const named = (wanted: unknown): string =>
    entries.flatMap(([name, treatment]) => (treatment === wanted ? code(name) : [])).join(', ');
  const renamed = entries.flatMap(([name, treatment]) =>
    typeof treatment === 'object' ? `${code(name)} goes out as ${code(treatment.as)}` : [],
  );
  const [leftOut, refused] = [named('left out'), named('refused')];
  const all = [...renamed, ...(leftOut && [`left out: ${leftOut}`]), ...(refused && [`refused: ${refused}`])];
  return `- ${code(type)}: ${all.join('; ') || 'all as they came'}`;
}

/** A pattern may have a backtick in it, at its end, too. */
function quoted(pattern: string): string {
  if (!pattern.includes('`')) return code(pattern);
  const space = pattern.endsWith('`') ? ' ' : '';
  return `\`\`${space}${pattern}${space}\`\``;
}

function errorWords([kind, { by, codes, words }]: readonly [string, (typeof ERROR_WORDS)[keyof typeof ERROR_WORDS]]) {
  const shown = (patterns: readonly string[]): string => patterns.map(quoted).join(', ');
  const inCode = codes.length > 0 ? ` Codes: ${shown(codes)}.` : '';
  return `- ${code(kind)}, of ${by}.${inCode} Messages: ${shown(words)}.`;
}

const sourceOf = ([type, { source }]: readonly [string, Dialect]): string[] =>
  source === '' ? [] : [`- ${code(type)}: <${source}>`];

/** A table with columns as wide as their widest cell. */
function table(head: Row, rows: readonly Row[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: Row): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
