/** Turns while something runs; the words beside it say what. */
export function Spinner({ size = 14 }: { size?: number }) {
  return (
    <span
      aria-hidden="true"
      className="inline-block shrink-0 animate-spin rounded-full border-2 border-border border-t-primary forced-color-adjust-none forced-colors:border-[GrayText] forced-colors:border-t-[Highlight]"
      style={{ width: size, height: size }}
    />
  );
}
