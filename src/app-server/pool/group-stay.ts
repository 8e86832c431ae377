import { InstanceGroup } from './instance-group';

/** The right to use a group, which is not ended for another's sake meanwhile, until it is left. */
export class GroupStay {
  private lasts = true;

  constructor(
    readonly group: InstanceGroup,
    private readonly onLeft: () => void,
  ) {
    group.enter();
  }

  /** Idempotent. */
  leave(): void {
    if (!this.lasts) return;
    this.lasts = false;
    this.group.leave();
    this.onLeft();
  }
}
