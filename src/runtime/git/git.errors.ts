/** Git could not be run, or ended otherwise than well; the message has its last words, without addresses that carry credentials. */
export class GitError extends Error {
  override readonly name = 'GitError';

  /**
   * @param reason `absent`: there is no git; `deadline`, `too_much_output`: it was killed; `exit`: by itself
   * @param exitCode of git, null when it was killed or never ran
   * @param stderr the end of what it said
   */
  constructor(
    readonly reason: 'absent' | 'deadline' | 'too_much_output' | 'exit',
    readonly exitCode: number | null,
    readonly stderr: string,
    what: string,
  ) {
    super(`${what}${stderr === '' ? '' : `: ${stderr}`}`);
  }
}
