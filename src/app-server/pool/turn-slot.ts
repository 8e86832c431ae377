import { Connection } from './connection';

/** The right to run one turn on an instance, until it is given back. */
export class TurnSlot {
  private held = true;

  constructor(
    readonly connection: Connection,
    private readonly onReleased: () => void,
  ) {
    connection.takeTurn();
  }

  /** Idempotent. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    this.connection.returnTurn();
    this.onReleased();
  }
}
