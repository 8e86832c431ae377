import { IsInt, Matches, Max, Min } from 'class-validator';
import { asList, asNumber, Env } from './env.decorator';

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

  /**
   * Size in MiB of one chat's workspace above which a turn that lets it grow is stopped (`workspace_limit`); 0: none. Looked
   * at every few seconds.
   */
  @Env('CHAT_WORKSPACE_MAX_MB', asNumber)
  @IsInt()
  @Min(0)
  @Max(16_777_216)
  workspaceMaxMb = 20_480;

  /** The same for a chat's /tmp. */
  @Env('CHAT_TMP_MAX_MB', asNumber)
  @IsInt()
  @Min(0)
  @Max(16_777_216)
  tmpMaxMb = 4096;

  /** Largest file in MiB that a sandboxed command can write; 0: any. */
  @Env('SANDBOX_FILE_MAX_MB', asNumber)
  @IsInt()
  @Min(0)
  @Max(16_777_216)
  fileMaxMb = 8192;

  /** Processes of one chat's sandboxed commands at once, above which the commands are ended; 0: any number. */
  @Env('SANDBOX_PROCESSES_MAX', asNumber)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  processesMax = 1024;

  /** Resident memory in MiB of one chat's sandboxed commands, above which they are ended; 0: any. */
  @Env('SANDBOX_MEMORY_MAX_MB', asNumber)
  @IsInt()
  @Min(0)
  @Max(16_777_216)
  memoryMaxMb = 8192;
}
