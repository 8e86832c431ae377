import { AppServerSession } from './app-server-session';

/** The right to run one turn on an instance, until it is given back. */
export class TurnPlace {
  private held = true;

  constructor(
    readonly session: AppServerSession,
    private readonly onReturned: () => void,
  ) {
    session.takeTurn();
  }

  /** Idempotent. */
  giveBack(): void {
    if (!this.held) return;
    this.held = false;
    this.session.returnTurn();
    this.onReturned();
  }
}
