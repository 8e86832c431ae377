import { Workarounds, WorkaroundState } from '../common/workarounds';
import { CodexBinary } from './codex-binary';
import { CodexTest, testOf } from './codex-versions';

export interface CodexState extends CodexTest {
  /** Null where the binary cannot be run. */
  readonly version: string | null;
}

/** What this service stands on here: which codex, and which workarounds. */
export class Installation {
  constructor(
    private readonly binary: CodexBinary,
    private readonly registry: Workarounds,
  ) {}

  async codex(): Promise<CodexState> {
    const version = await this.binary.version().catch(() => null);
    if (version === null) return { version, tested: false, warning: 'the codex binary cannot be run' };
    return { version, ...testOf(version) };
  }

  get workarounds(): WorkaroundState[] {
    return this.registry.list();
  }
}
