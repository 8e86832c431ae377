/** Levels of JSON that codex reads with all that is around it (quirk `tool-schemas`), and that can be written by any program. */
const MAX_NESTING = 100;

/** Whether a value of JSON has more levels than that. */
export function isNestedBeyond(value: unknown, levels = MAX_NESTING): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isNestedBeyond(part, levels - 1));
}
