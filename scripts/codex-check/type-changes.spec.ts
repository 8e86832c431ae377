import { changesBetween } from './type-changes';
import { membersOf } from './type-members';
import { concerns, usageOf } from './usage';

const REQUESTS = 'import type { A } from "./v2/A";\nexport type ClientRequest = ';
const START = '{ "method": "turn/start", id: RequestId, params: A, }';
const READ = '{ "method": "time/read", id: RequestId, params: undefined, }';

describe('the members of a generated type', () => {
  it('are its fields, without the comments between them', () => {
    const source =
      'export type Turn = { id: string,\n/**\n * When it began: in seconds.\n */\nstartedAt?: number | null, };';
    expect([...membersOf(source)]).toEqual([
      ['id', 'string'],
      ['startedAt?', 'number | null'],
    ]);
  });

  it('are its alternatives, with the fields of those that a method or a type tells apart', () => {
    expect([...membersOf(`${REQUESTS}${START} | ${READ};`).keys()]).toEqual([
      ...['method=turn/start.method', 'method=turn/start.id', 'method=turn/start.params'],
      ...['method=time/read.method', 'method=time/read.id', 'method=time/read.params'],
    ]);
    expect([...membersOf('export type E = "bad" | { "lost": { code: number, } } | string;').keys()]).toEqual([
      ...['"bad"', 'lost', 'string'],
    ]);
    const input = 'export type I = { "type": "image", detail?: D, } & ({ url: string, } | { fileId: string, });';
    expect([...membersOf(`export type I = { "type": "text", } | ${input.slice(16, -1)};`).keys()]).toContain(
      'type=image.url',
    );
  });
});

describe('the changes between two versions of the types', () => {
  const before = new Map([
    ['ClientRequest.ts', `${REQUESTS}${START} | ${READ};`],
    ['v2/A.ts', 'import type { B } from "./B";\nexport type A = { b: B, kept: string, };'],
    ['v2/B.ts', 'export type B = { one: string, };'],
    ['v2/CodexErrorInfo.ts', 'export type CodexErrorInfo = "known" | "unknown";'],
    ['v2/Gone.ts', 'export type Gone = string;'],
  ]);
  const after = new Map([
    ['ClientRequest.ts', `${REQUESTS}${READ} | { "method": "new", id: RequestId, };`],
    ['v2/A.ts', 'import type { B } from "./B";\n\nexport type A = { kept: string, b: B | null, };'],
    ['v2/B.ts', 'export type B = { one?: string, };'],
    ['v2/CodexErrorInfo.ts', 'export type CodexErrorInfo = "fresh" | string;'],
  ]);
  const changes = changesBetween(before, after);
  const told = changes.map(({ kind, file, member }) => `${kind} ${file} ${member}`.trim());

  it('are what was added, removed or has another type, whatever the order', () => {
    expect(told).toEqual([
      ...['method', 'id', 'params'].map((field) => `removed ClientRequest.ts method=turn/start.${field}`),
      ...['method', 'id'].map((field) => `added ClientRequest.ts method=new.${field}`),
      ...['changed v2/A.ts b', 'removed v2/B.ts one', 'added v2/B.ts one?'],
      ...['removed v2/CodexErrorInfo.ts "known"', 'removed v2/CodexErrorInfo.ts "unknown"'],
      ...['added v2/CodexErrorInfo.ts "fresh"', 'added v2/CodexErrorInfo.ts string', 'removed v2/Gone.ts'],
    ]);
  });

  it('concern the service where it names the method or the error, or imports the type or what it consists of', () => {
    const source = "import type { A } from './generated/v2/A'; request('turn/start'); const CODES = { known: 'a' };";
    const usage = usageOf([source], before);
    expect([...usage.files]).toEqual(['v2/A.ts', 'v2/B.ts']);
    const files = changes.filter((change) => concerns(change, usage)).map(({ file, member }) => `${file} ${member}`);
    expect(files).toEqual([
      ...['method', 'id', 'params'].map((field) => `ClientRequest.ts method=turn/start.${field}`),
      ...['v2/A.ts b', 'v2/B.ts one', 'v2/B.ts one?', 'v2/CodexErrorInfo.ts "known"'],
    ]);
  });
});
