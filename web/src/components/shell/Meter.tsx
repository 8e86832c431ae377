interface MeterProps {
  label: string;
  value: number;
  /** More than 0. */
  maximum: number;
}

/** How much of something is used, as a bar. */
export function Meter({ label, value, maximum }: MeterProps) {
  const share = Math.min(1, value / maximum);
  return (
    <svg
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={maximum}
      aria-valuenow={Math.min(value, maximum)}
      className="mt-1.5 h-1.5 w-full rounded-full rtl:-scale-x-100"
      viewBox="0 0 100 1"
      preserveAspectRatio="none"
    >
      <rect className="fill-border" width={100} height={1} />
      <rect className={share < 1 ? 'fill-primary' : 'fill-danger'} width={share * 100} height={1} />
    </svg>
  );
}
