import { Group } from './group';

/** The right to use a group, which is not ended for another's sake meanwhile, until it is released. */
export class GroupHandle {
  private lasts = true;

  constructor(
    readonly group: Group,
    private readonly onReleased: () => void,
  ) {
    group.acquire();
  }

  /** Idempotent. */
  release(): void {
    if (!this.lasts) return;
    this.lasts = false;
    this.group.release();
    this.onReleased();
  }
}
