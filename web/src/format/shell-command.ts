const WRAPPER = /^(?:\S*\/)?(?:ba|z|da)?sh\s+-l?c\s+(.+)$/s;

/** The command as a person would type it: codex runs everything as `/bin/bash -lc '…'`. */
export function displayCommand(command: string): string {
  const script = WRAPPER.exec(command.trim())?.[1];
  return script === undefined ? command : unquote(script);
}

/** Text between single quotes, between double quotes, behind a backslash, and without any of them. */
const SEGMENT = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\;&|<>()$`*?[\]{}#~!]+)/gsy;

/** Undoes the quoting of one shell word, of however many pieces it is made; anything that is not one word is left alone. */
function unquote(word: string): string {
  const pieces: string[] = [];
  let end = 0;
  for (const { 0: all, 1: single, 2: double, 3: escaped, 4: bare } of word.matchAll(SEGMENT)) {
    end += all.length;
    pieces.push(single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? bare ?? '');
  }
  return end === word.length ? pieces.join('') : word;
}
