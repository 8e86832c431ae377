import type { Change, GeneratedTypes } from './type-changes';
import { membersOf } from './type-members';

/** What the service uses of the protocol. */
export interface Usage {
  /** Of requests, answers and notifications, by their names. */
  readonly methods: ReadonlySet<string>;
  /** Files of generated types that are imported, and those that these consist of. */
  readonly files: ReadonlySet<string>;
  /** Of errors, by their names. */
  readonly errors: ReadonlySet<string>;
}

const UNIONS = ['ClientRequest.ts', 'ClientNotification.ts', 'ServerRequest.ts', 'ServerNotification.ts'];
const ERRORS = 'v2/CodexErrorInfo.ts';

/**
 * @param sources texts of the service's own files
 * @param types of the version that they were written for
 */
export function usageOf(sources: readonly string[], types: GeneratedTypes): Usage {
  const all = sources.join('\n');
  const imported = [...all.matchAll(/generated\/([\w/]+)'/g)].map(([, path]) => `${path}.ts`);
  const isMentioned = (name: string): boolean => new RegExp(`['"]${name}['"]|\\b${name}:`).test(all);
  return {
    methods: new Set(UNIONS.flatMap((file) => methodsOf(types.get(file))).filter(isMentioned)),
    files: closureOf(
      imported.filter((file) => !UNIONS.includes(file)),
      types,
    ),
    errors: new Set(errorsOf(types.get(ERRORS)).filter(isMentioned)),
  };
}

/** Whether a change takes away, or alters, something that the service uses. */
export function concerns({ file, member }: Change, { methods, files, errors }: Usage): boolean {
  if (UNIONS.includes(file)) return methods.has(/^method=([^.]+)/.exec(member)?.[1] ?? '');
  if (file === ERRORS) return errors.has(member.replace(/["?]/g, ''));
  return files.has(file);
}

const methodsOf = (source = ''): string[] => [
  ...new Set([...membersOf(source).keys()].flatMap((member) => /^method=([^.]+)/.exec(member)?.[1] ?? [])),
];

const errorsOf = (source = ''): string[] =>
  [...membersOf(source).keys()].map((member) => member.replace(/["?]/g, '')).filter((name) => /^[a-z]\w+$/i.test(name));

/** With all that these types consist of. */
function closureOf(imported: readonly string[], types: GeneratedTypes): Set<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    const source = types.get(file);
    if (source === undefined || found.has(file)) return;
    found.add(file);
    const folder = file.startsWith('v2/') ? 'v2/' : '';
    for (const [, path = ''] of source.matchAll(/from "(\.[^"]+)"/g)) {
      visit(path.startsWith('../') ? `${path.slice(3)}.ts` : `${folder}${path.slice(2)}.ts`);
    }
  };
  imported.forEach(visit);
  return found;
}
