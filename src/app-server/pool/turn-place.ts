import { Connection } from './connection';

/** The right to run one turn on an instance, until it is given back. */
export class TurnPlace {
  private held = true;

  constructor(
    readonly connection: Connection,
    private readonly onReturned: () => void,
  ) {
    connection.takeTurn();
  }

  /** Idempotent. */
  giveBack(): void {
    if (!this.held) return;
    this.held = false;
    this.connection.returnTurn();
    this.onReturned();
  }
}
