import { RowLayout } from './row-layout';
import { RowsInUse } from './rows-in-use';

/** Rows that are drawn, by their ids: where rows come in before them they are others by their numbers. */
export interface Span {
  readonly firstId: string;
  /** Null: the last of all, whichever that will be. */
  readonly lastId: string | null;
}

export interface ScrollState {
  readonly span: Span | null;
  readonly isAtEnd: boolean;
}

/** Something in view, and where it is in all that scrolls. */
interface Anchor {
  readonly element: Element;
  readonly place: number;
}

interface Sought {
  readonly id: string;
  readonly until: number;
  /** The reader was shown which it is. */
  isShown: boolean;
}

/** In heights of the view: so far beyond it rows are drawn, and when less than that is they are drawn anew. */
const DRAWN = 1.5;
const NEEDED = 0.5;
/** Pixels that are not told from the end. */
const END = 2;
/** A place that was gone to is held so long while what is there comes in. */
const SEEKING_MS = 3_000;
/** Pixels above what was gone to. */
const MARGIN = 16;
/** In heights of the view: where anchors are taken. The first of them may be a placeholder, which goes when its row is drawn. */
const ANCHORS = [0, 0.25, 0.5, 0.75];

/**
 * The scrolling of a thread of which only what is near is drawn. Whatever is drawn, measured or put in above, what the reader
 * looks at stays where it is; who is at the end stays there. The browser's own anchoring does not do here: it gives up when
 * what stands above changes its margins, and Safari has none.
 */
export class ThreadScroll {
  readonly layout: RowLayout;
  readonly inUse = new RowsInUse();
  state: ScrollState = { span: null, isAtEnd: true };
  private scroller: HTMLElement | null = null;
  private list: HTMLElement | null = null;
  private observer: ResizeObserver | null = null;
  private isFollowing = true;
  /** Where it was scrolled to when that was last known. */
  private lastTop = 0;
  /** The one at the top of the view first, its row last. */
  private anchors: readonly Anchor[] = [];
  private sought: Sought | null = null;

  /** @param onChange told of a new state; not urgent: what is in view is drawn already */
  constructor(
    guess: (id: string) => number,
    private readonly onChange: (state: ScrollState, isUrgent: boolean) => void,
  ) {
    this.layout = new RowLayout(guess);
  }

  /** @returns what ends it */
  attach(scroller: HTMLElement, list: HTMLElement): () => void {
    [this.scroller, this.list] = [scroller, list];
    const observer = new ResizeObserver(() => this.settle());
    this.observer = observer;
    for (const element of scroller.children) observer.observe(element);
    observer.observe(scroller);
    for (const row of this.rows()) observer.observe(row);
    const endUse = this.inUse.watch(list);
    const end = new AbortController();
    const options = { passive: true, signal: end.signal };
    scroller.addEventListener('scroll', this.scrolled, options);
    scroller.addEventListener('wheel', this.wheeled, options);
    for (const type of ['pointerdown', 'touchmove', 'keydown']) {
      scroller.addEventListener(type, () => (this.sought = null), options);
    }
    this.settle();
    return () => {
      end.abort();
      endUse();
      observer.disconnect();
      [this.scroller, this.list, this.observer] = [null, null, null];
    };
  }

  /** For the `ref` of each row. */
  readonly observe = (row: HTMLElement | null): (() => void) | undefined => {
    if (row === null) return undefined;
    this.observer?.observe(row);
    return () => this.observer?.unobserve(row);
  };

  /** The numbers of the rows to be drawn. @param span as of the state that is drawn */
  shown(span: Span | null): number[] {
    const { count } = this.layout;
    if (count === 0) return [];
    const [first, last] = this.indexesOf(span) ?? this.end();
    const indexes = new Set(this.inUse.indexes((id) => this.layout.indexOf(id)));
    for (let index = first; index <= last; index++) indexes.add(index);
    return [...indexes].sort((one, other) => one - other);
  }

  /** After each change of what is drawn, before it is painted. */
  settle(): void {
    if (!this.scroller || !this.list) return;
    this.measure();
    if (this.sought) this.seek(this.sought);
    else if (this.isFollowing) this.goTo(this.scroller.scrollHeight);
    else this.keepAnchor();
    this.look();
  }

  scrollToEnd(): void {
    this.sought = null;
    this.isFollowing = true;
    this.settle();
  }

  /** Goes to a row, and holds it at the top while what is there comes in. */
  scrollToRow(id: string): void {
    const index = this.layout.indexOf(id);
    if (index < 0 || !this.scroller || !this.list) return;
    this.isFollowing = false;
    this.sought = { id, until: performance.now() + SEEKING_MS, isShown: false };
    this.goTo(this.list.offsetTop + this.layout.topOf(index) - MARGIN);
    this.look();
  }

  rowOf(id: string | undefined): HTMLElement | undefined {
    return id === undefined ? undefined : this.rows().find((row) => row.dataset.entry === id);
  }

  private rows(): HTMLElement[] {
    return [...(this.list?.querySelectorAll<HTMLElement>(':scope > [data-entry]') ?? [])];
  }

  private measure(): void {
    for (const row of this.rows()) {
      const id = row.dataset.entry;
      if (id !== undefined) this.layout.measure(id, row.getBoundingClientRect().height);
    }
  }

  private readonly scrolled = (): void => {
    if (!this.scroller) return;
    const { scrollTop } = this.scroller;
    if (this.fromEnd() <= END) this.isFollowing = true;
    else if (scrollTop < this.lastTop - 0.5) this.isFollowing = false;
    this.lastTop = scrollTop;
    this.takeAnchors();
    this.look();
  };

  /** The first step of a scroll may be as small as nothing. */
  private readonly wheeled = ({ deltaY }: WheelEvent): void => {
    this.sought = null;
    if (deltaY < 0 && (this.scroller?.scrollTop ?? 0) > 0) this.isFollowing = false;
  };

  private fromEnd(): number {
    if (!this.scroller) return 0;
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  private goTo(top: number): void {
    if (!this.scroller) return;
    this.scroller.scrollTop = top;
    this.lastTop = this.scroller.scrollTop;
    this.takeAnchors();
  }

  /** Its own place counts, and not where it is in the view: somebody may have scrolled since. */
  private placeOf(element: Element): number {
    if (!this.scroller) return 0;
    return element.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top + this.scroller.scrollTop;
  }

  private takeAnchors(): void {
    if (!this.scroller || !this.list) return;
    const { top, height } = this.scroller.getBoundingClientRect();
    const { left, width } = this.list.getBoundingClientRect();
    const hits = ANCHORS.map((part) => document.elementFromPoint(left + width / 2, top + 4 + part * height));
    const inRows = hits.filter((hit): hit is Element => this.rowAround(hit) !== undefined);
    const row =
      this.rowAround(hits[0] ?? null) ?? this.rows().find((each) => each.getBoundingClientRect().bottom > top);
    const elements = row === undefined ? inRows : [...inRows, row];
    this.anchors = elements.map((element) => ({ element, place: this.placeOf(element) }));
  }

  private keepAnchor(): void {
    const kept = this.anchors.find(({ element }) => element.isConnected);
    if (!kept || !this.scroller) return this.takeAnchors();
    const moved = this.placeOf(kept.element) - kept.place;
    if (Math.abs(moved) < 0.5 && kept === this.anchors[0]) return;
    this.goTo(this.scroller.scrollTop + moved);
  }

  private rowAround(element: Element | null): HTMLElement | undefined {
    const row = element?.closest<HTMLElement>('[data-entry]');
    return row && this.list?.contains(row) ? row : undefined;
  }

  private seek(sought: Sought): void {
    const row = this.rowOf(sought.id);
    if (row) this.goTo(this.placeOf(row) - MARGIN);
    if (row && !sought.isShown) point(row);
    sought.isShown ||= row !== undefined;
    if (performance.now() > sought.until) this.sought = null;
  }

  /** Sees to it that what is near is drawn. */
  private look(): void {
    if (!this.scroller || !this.list || this.layout.count === 0) return;
    const { scrollTop, clientHeight } = this.scroller;
    const top = scrollTop - this.list.offsetTop;
    const reach = (factor: number): [number, number] => [
      this.layout.indexAt(top - factor * clientHeight),
      this.layout.indexAt(top + (1 + factor) * clientHeight),
    ];
    const drawn = this.indexesOf(this.state.span);
    const covers = ([first, last]: [number, number]): boolean =>
      drawn !== null && drawn[0] <= first && drawn[1] >= last;
    const isAtEnd = this.isFollowing || this.fromEnd() <= END;
    const isDue = !covers(reach(NEEDED)) || isTooWide(drawn, reach(2 * DRAWN));
    if (!isDue && isAtEnd === this.state.isAtEnd) return;
    this.state = { span: isDue ? this.spanOf(reach(DRAWN)) : this.state.span, isAtEnd };
    this.onChange(this.state, !isDue || !covers(reach(0)));
  }

  private spanOf([first, last]: [number, number]): Span | null {
    const [firstId, lastId] = [this.layout.idAt(first), this.layout.idAt(last)];
    if (firstId === undefined || lastId === undefined) return null;
    return { firstId, lastId: last === this.layout.count - 1 ? null : lastId };
  }

  private indexesOf(span: Span | null): [number, number] | null {
    if (span === null) return null;
    const first = this.layout.indexOf(span.firstId);
    const last = span.lastId === null ? this.layout.count - 1 : this.layout.indexOf(span.lastId);
    return first < 0 || last < 0 ? null : [first, last];
  }

  /** What is drawn before it was ever looked: the end. */
  private end(): [number, number] {
    const height = this.scroller?.clientHeight ?? window.innerHeight;
    return [this.layout.indexAt(this.layout.height - (1 + DRAWN) * height), this.layout.count - 1];
  }
}

/** Gives it the focus, and marks it for a moment. */
function point(row: HTMLElement): void {
  row.focus({ preventScroll: true });
  row.classList.add('thread-row-sought');
  row.addEventListener('animationend', () => row.classList.remove('thread-row-sought'), { once: true });
}

const isTooWide = (drawn: [number, number] | null, [first, last]: [number, number]): boolean =>
  drawn !== null && (drawn[0] < first - 4 || drawn[1] > last + 4);
