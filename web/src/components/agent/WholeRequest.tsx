import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../../languages/text';

interface WholeRequestProps {
  children: ReactNode;
  /** Called when the end of what is asked has been in view. */
  onEndSeen: () => void;
}

/** What is asked, in a pane of its own that scrolls: nobody should allow what they had no chance to read. */
export function WholeRequest({ children, onEndSeen }: WholeRequestProps) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) onEndSeen();
    });
    if (end.current) observer.observe(end.current);
    return () => observer.disconnect();
  }, [onEndSeen]);
  return (
    <div className="max-h-80 overflow-auto" tabIndex={0} role="group" aria-label={t('What is asked')}>
      {children}
      <div ref={end} className="h-px" />
    </div>
  );
}
