import { Matches } from 'class-validator';
import { asList, Env } from './env.decorator';

/** What the sandboxed commands of agents see of the machine, and how much of it they may use. Linux only. */
export class SandboxConfig {
  /**
   * Folders, comma separated, that sandboxed commands may read although they lie where all else is hidden: in somebody's home,
   * in /run or /var/tmp, say. Toolchains in the home of the service's user and the folders of the PATH are seen without it.
   * What is named here is shown with all that is in it.
   */
  @Env('SANDBOX_READABLE', asList)
  @Matches(/^\/(?!$)/, { each: true, message: 'each of it must be the absolute path of a folder, other than /' })
  readable: string[] = [];
}
