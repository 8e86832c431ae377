import { IsInt, Matches, Max, Min } from 'class-validator';
import { asList, asNumber, Env } from './env.decorator';

/** The repositories that projects may have. */
export class RepositoryConfig {
  /**
   * Hosts, comma separated, that repositories may be on, with a port where that is not the usual one. Empty: every host with
   * a public address. A host that is named may have a private address, and be asked over `http:`.
   */
  @Env('REPOSITORY_HOSTS', asList)
  @Matches(/^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i, { each: true, message: 'each of it must be a host' })
  hosts: string[] = [];

  /** Folders, comma separated, in which bare repositories on this machine may be used, by `file:` and their absolute path. */
  @Env('REPOSITORY_FOLDERS', asList)
  @Matches(/^\/(?!$)/, { each: true, message: 'each of it must be the absolute path of a folder, other than /' })
  folders: string[] = [];

  /** Seconds that one fetch or push may take. */
  @Env('REPOSITORY_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(86_400)
  timeoutSeconds = 300;

  /** Largest in MiB that may come by one fetch, or go by one push. */
  @Env('REPOSITORY_MAX_MB', asNumber)
  @IsInt()
  @Min(1)
  @Max(1_048_576)
  maxMb = 4096;
}
