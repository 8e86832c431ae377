export interface Tab {
  readonly id: string;
  readonly text: string;
  readonly href: string;
}

/** The pages of a part, one beside the other. */
export function Tabs({ label, tabs, openId }: { label: string; tabs: readonly Tab[]; openId: string }) {
  return (
    <nav aria-label={label} className="flex shrink-0 gap-1 overflow-x-auto border-b px-3 py-1.5">
      {tabs.map(({ id, text, href }) => (
        <a
          key={id}
          href={href}
          ref={id === openId ? show : undefined}
          aria-current={id === openId ? 'page' : undefined}
          className="rounded-lg px-2.5 py-1.5 text-sm whitespace-nowrap text-muted-foreground hover:bg-muted aria-[current=page]:bg-muted aria-[current=page]:text-foreground"
        >
          {text}
        </a>
      ))}
    </nav>
  );
}

/** On a phone there is not room for all of them. */
function show(tab: HTMLElement | null): void {
  tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
