export class TerminalDto {
  /** Digits. @example 15607 */
  id: string;
  /** As the agent asked for it. @example npm run dev */
  command: string;
  /** Relative to the workspace. @example . */
  cwd: string;
}

export class TerminalsDto {
  /** At most 100. */
  items: TerminalDto[];
}
