import type { ReactNode } from 'react';
import { Icon } from '../shell/Icon';

interface DisclosureProps {
  summary: ReactNode;
  children: ReactNode;
  isOpenAtFirst?: boolean;
  onOpen?: () => void;
}

/** A block that folds, with a frame; its summary is one line. */
export function Disclosure({ summary, children, isOpenAtFirst = false, onOpen }: DisclosureProps) {
  return (
    <details
      open={isOpenAtFirst}
      onToggle={(event) => event.currentTarget.open && onOpen?.()}
      className="group min-w-0 overflow-hidden rounded-xl border bg-card text-sm"
    >
      <summary className="flex min-h-10 items-center gap-2 px-3 py-1.5 hover:bg-muted/60">
        <Icon
          name="chevron"
          size={14}
          className="text-muted-foreground transition-transform group-open:rotate-90 rtl:-scale-x-100 rtl:group-open:-rotate-90"
        />
        {summary}
      </summary>
      <div className="border-t">{children}</div>
    </details>
  );
}
