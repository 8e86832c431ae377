import { membersOf } from './type-members';

export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Of the generated folder, such as `v2/Turn.ts`. */
  readonly file: string;
  /** Empty for the file itself. */
  readonly member: string;
  readonly before?: string;
  readonly after?: string;
}

/** The texts of generated files, by their paths. */
export type GeneratedTypes = ReadonlyMap<string, string>;

/** What differs between the types of two versions, file by file. */
export function changesBetween(before: GeneratedTypes, after: GeneratedTypes): Change[] {
  const files = [...new Set([...before.keys(), ...after.keys()])].sort();
  return files.flatMap((file) => {
    const [earlier, later] = [before.get(file), after.get(file)];
    if (earlier === later) return [];
    if (earlier === undefined) return [{ kind: 'added', file, member: '' }];
    if (later === undefined) return [{ kind: 'removed', file, member: '' }];
    return changesOf(file, membersOf(earlier), membersOf(later));
  });
}

function changesOf(file: string, before: Map<string, string>, after: Map<string, string>): Change[] {
  const removed = [...before].filter(([member]) => !after.has(member));
  const added = [...after].filter(([member]) => !before.has(member));
  const changed = [...before].filter(([member, text]) => after.has(member) && after.get(member) !== text);
  return [
    ...removed.map(([member, text]): Change => ({ kind: 'removed', file, member, before: text })),
    ...added.map(([member, text]): Change => ({ kind: 'added', file, member, after: text })),
    ...changed.map(([member, text]): Change => ({
      ...{ kind: 'changed', file, member, before: text, after: after.get(member) },
    })),
  ];
}
