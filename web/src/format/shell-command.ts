const WRAPPER = /^(?:\S*\/)?(?:ba|z|da)?sh\s+-l?c\s+(.+)$/s;

/** The command as a person would type it: codex runs everything as `/bin/bash -lc '…'`. */
export function displayCommand(command: string): string {
  const script = WRAPPER.exec(command.trim())?.[1];
  return script === undefined ? command : unquote(script);
}

/** Undoes the quoting of one shell word; anything that is not one word is left alone. */
function unquote(word: string): string {
  if (/^'(?:[^']|'\\''|'"'"')*'$/.test(word)) return word.slice(1, -1).replaceAll(/'\\''|'"'"'/g, "'");
  if (/^"(?:[^"\\]|\\.)*"$/s.test(word)) return word.slice(1, -1).replaceAll(/\\(["\\$`])/g, '$1');
  return word;
}
