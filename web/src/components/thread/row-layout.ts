/** Where the rows of a thread are, in pixels from the first: by what was measured of each, and until then by a guess. */
export class RowLayout {
  private ids: readonly string[] = [];
  private places = new Map<string, number>();
  private readonly measured = new Map<string, number>();
  /** Of each row, and the end of the last; null while it has to be summed up anew. */
  private tops: Float64Array | null = null;

  constructor(private readonly guess: (id: string) => number) {}

  get count(): number {
    return this.ids.length;
  }

  /** The height of all rows. */
  get height(): number {
    return this.topOf(this.ids.length);
  }

  setRows(ids: readonly string[]): void {
    if (ids === this.ids) return;
    this.ids = ids;
    this.places = new Map(ids.map((id, index) => [id, index]));
    this.tops = null;
    for (const id of this.measured.keys()) if (!this.places.has(id)) this.measured.delete(id);
  }

  measure(id: string, height: number): void {
    if (!this.places.has(id) || this.measured.get(id) === height) return;
    this.measured.set(id, height);
    this.tops = null;
  }

  /** -1: it is no row. */
  indexOf(id: string): number {
    return this.places.get(id) ?? -1;
  }

  idAt(index: number): string | undefined {
    return this.ids[index];
  }

  /** Of the row at this index; of `count`: where the last one ends. */
  topOf(index: number): number {
    this.tops ??= this.summedUp();
    return this.tops[index] ?? 0;
  }

  /** The row that has this place; the first or the last for one outside of all. */
  indexAt(top: number): number {
    let [low, high] = [0, Math.max(0, this.count - 1)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.topOf(middle) <= top) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private summedUp(): Float64Array {
    const tops = new Float64Array(this.ids.length + 1);
    let top = 0;
    for (const [index, id] of this.ids.entries()) {
      tops[index] = top;
      top += this.measured.get(id) ?? this.guess(id);
    }
    tops[this.ids.length] = top;
    return tops;
  }
}
