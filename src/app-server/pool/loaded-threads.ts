interface LoadedThread {
  /** How it was opened, as text to compare. */
  readonly opened: string;
  leased: boolean;
  /** On the monotonic clock, in milliseconds: the start or the end of its last lease. */
  usedAt: number;
}

/** The threads that one process has loaded, the least recently used first. */
export class LoadedThreads {
  private readonly threads = new Map<string, LoadedThread>();

  get size(): number {
    return this.threads.size;
  }

  has(threadId: string): boolean {
    return this.threads.has(threadId);
  }

  isLeased(threadId: string): boolean {
    return this.threads.get(threadId)?.leased ?? false;
  }

  /** Loaded, and in the way that `opened` says. */
  isOpenedAs(threadId: string, opened: string): boolean {
    return this.threads.get(threadId)?.opened === opened;
  }

  lease(threadId: string, opened: string): void {
    this.threads.delete(threadId);
    this.threads.set(threadId, { opened, leased: true, usedAt: performance.now() });
  }

  release(threadId: string): void {
    const thread = this.threads.get(threadId);
    if (thread !== undefined) Object.assign(thread, { leased: false, usedAt: performance.now() });
  }

  remove(threadId: string): void {
    this.threads.delete(threadId);
  }

  list(): { threadId: string; leased: boolean }[] {
    return [...this.threads].map(([threadId, { leased }]) => ({ threadId, leased }));
  }

  /** Those that were not used for so long. */
  idleFor(idleMs: number): string[] {
    const before = performance.now() - idleMs;
    return [...this.threads].filter(([, { leased, usedAt }]) => !leased && usedAt <= before).map(([id]) => id);
  }

  /** The idle threads beyond the newest `bound` of them. */
  idleBeyond(bound: number): string[] {
    const idle = [...this.threads].filter(([, { leased }]) => !leased).map(([threadId]) => threadId);
    return idle.slice(0, Math.max(0, idle.length - bound));
  }
}
