/** Stands in a tree of git for a folder that has nothing in it: git keeps no empty ones. */
const EMPTY_FOLDER = Buffer.from('.empty-folder');
/** Names that git refuses in its trees, or that mean something here; each with a sign of ours before it is free. */
const RESERVED = /^%*(?:\.git|\.empty-folder)$/i;
const SIGN = '%';
const SLASH = 0x2f;

/** A name in a tree of git. The other way round: `nameInTree`. */
function treeName(name: Buffer): Buffer {
  return RESERVED.test(name.toString('latin1')) ? Buffer.concat([Buffer.from(SIGN), name]) : name;
}

function nameInTree(name: Buffer): Buffer {
  return name[0] === SIGN.charCodeAt(0) && RESERVED.test(name.toString('latin1')) ? name.subarray(1) : name;
}

/** The path in a tree of what has these names in the workspace. */
export const treePath = (names: readonly Buffer[], isEmptyFolder = false): Buffer =>
  joined([...names.map(treeName), ...(isEmptyFolder ? [EMPTY_FOLDER] : [])]);

/** What a path in a tree is in the workspace: of an empty folder its own names. */
export function namesInTree(path: Buffer): { readonly names: Buffer[]; readonly isEmptyFolder: boolean } {
  const parts: Buffer[] = [];
  for (let start = 0; start <= path.length;) {
    const slash = path.indexOf(SLASH, start);
    const end = slash === -1 ? path.length : slash;
    parts.push(path.subarray(start, end));
    start = end + 1;
  }
  const isEmptyFolder = parts.at(-1)?.equals(EMPTY_FOLDER) === true;
  if (isEmptyFolder) parts.pop();
  return { names: parts.map(nameInTree), isEmptyFolder };
}

/** As `git fast-import` reads it: every byte that is not plain in octal. */
export function quotedPath(path: Buffer): string {
  let text = '"';
  for (const byte of path) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    text += isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `${text}"`;
}

/** Whether it is in a `.git` of the workspace, whose files say nothing to a person. */
export const isInRepository = (names: readonly Buffer[]): boolean =>
  names.some((name) => name.toString('latin1').toLowerCase() === '.git');

function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])));
}
