const CONTINUES = 0x80;
const IS_CONTINUATION = 0xc0;
const LONGEST = 4;

/** As much of a part of a UTF-8 text as ends with a whole character; all of it where there is none. */
export function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(LONGEST, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & IS_CONTINUATION) === CONTINUES) continue;
    const isWhole = lengthOf(byte) <= back;
    return isWhole || back === bytes.length ? bytes : bytes.subarray(0, bytes.length - back);
  }
  return bytes;
}

/** Bytes of a character that begins with this one. */
function lengthOf(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
