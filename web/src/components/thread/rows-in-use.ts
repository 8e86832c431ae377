/** As many of the rows that were used last stay. */
const MOST_USED = 20;
/** So many rows of a selection stay. */
const MOST_SELECTED = 200;

const USES = ['focusin', 'pointerdown', 'keydown', 'input'] as const;

/** Of the row that this is in. */
export const rowIdOf = (node: EventTarget | null): string | undefined => {
  const element = node instanceof Element ? node : node instanceof Node ? node.parentElement : null;
  return element?.closest<HTMLElement>('[data-entry]')?.dataset.entry;
};

/**
 * The rows that a person does something in: has the focus, text that is selected, what was opened or typed. They are kept in the
 * document however far they are, as all of that would be gone with them.
 */
export class RowsInUse {
  private used: readonly string[] = [];
  private selected: readonly [string, string] | null = null;

  /** @returns what ends it */
  watch(list: HTMLElement): () => void {
    const use = ({ target }: Event): void => {
      const id = rowIdOf(target);
      if (id !== undefined && id !== this.used[0]) {
        this.used = [id, ...this.used.filter((other) => other !== id)].slice(0, MOST_USED);
      }
    };
    const select = (): void => {
      const { anchorNode, focusNode, isCollapsed = true } = document.getSelection() ?? {};
      const ends = [rowIdOf(anchorNode ?? null), rowIdOf(focusNode ?? null)] as const;
      const [from = ends[1], to = ends[0]] = ends;
      this.selected = isCollapsed || from === undefined || to === undefined ? null : [from, to];
    };
    for (const type of USES) list.addEventListener(type, use);
    document.addEventListener('selectionchange', select);
    return () => {
      for (const type of USES) list.removeEventListener(type, use);
      document.removeEventListener('selectionchange', select);
    };
  }

  /** By their places. @param indexOf -1 for what is no row any more */
  indexes(indexOf: (id: string) => number): number[] {
    const used = this.used.map(indexOf).filter((index) => index >= 0);
    const [one = -1, other = -1] = this.selected?.map(indexOf) ?? [];
    if (one < 0 || other < 0) return used;
    const first = Math.min(one, other);
    const count = Math.min(Math.abs(one - other) + 1, MOST_SELECTED);
    return [...used, ...Array.from({ length: count }, (_, index) => first + index)];
  }
}
