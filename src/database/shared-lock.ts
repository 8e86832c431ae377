interface Waiting {
  readonly isAlone: boolean;
  readonly admit: () => void;
}

/** Held by many together or by one alone, first come first served: who waits to be alone is not passed by later ones. */
export class SharedLock {
  private holders = 0;
  private isHeldAlone = false;
  private readonly waiting: Waiting[] = [];

  /**
   * Resolves when it is held.
   *
   * @param isAlone nobody else is to hold it meanwhile
   * @returns gives it back; called again it does nothing
   */
  async acquire(isAlone: boolean): Promise<() => void> {
    if (this.waiting.length > 0 || !this.admits(isAlone)) {
      await new Promise<void>((resolve) => this.waiting.push({ isAlone, admit: resolve }));
    } else {
      this.enter(isAlone);
    }
    let isHeld = true;
    return () => {
      if (isHeld) this.leave();
      isHeld = false;
    };
  }

  private admits(isAlone: boolean): boolean {
    return !this.isHeldAlone && (!isAlone || this.holders === 0);
  }

  private enter(isAlone: boolean): void {
    this.holders += 1;
    this.isHeldAlone = isAlone;
  }

  private leave(): void {
    this.holders -= 1;
    this.isHeldAlone = false;
    for (let next = this.waiting[0]; next !== undefined && this.admits(next.isAlone); next = this.waiting[0]) {
      this.waiting.shift();
      this.enter(next.isAlone);
      next.admit();
    }
  }
}
