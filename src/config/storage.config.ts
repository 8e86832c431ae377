import { IsInt, IsNotEmpty, IsString, Max, Min } from 'class-validator';
import { join, resolve } from 'node:path';
import { asNumber, Env } from './env.decorator';

/** Where the service keeps its data. Relative paths count from the working directory. */
export class StorageConfig {
  /** Chats' folders, codex's home, and `global_config/llm_backends.yaml`. */
  @Env('CODEX_DATA_ROOT')
  @IsString()
  @IsNotEmpty()
  dataRoot = './data';

  /** Folder of the database file `chat.sqlite`. Empty: `db` under CODEX_DATA_ROOT. */
  @Env('CODEX_DB_ROOT')
  @IsString()
  dbRoot = '';

  /**
   * Free space in MiB, on the disks of CODEX_DATA_ROOT and CODEX_DB_ROOT, below which nothing may grow: the turn that does is
   * stopped (`storage_low`), messages are refused (503 `storage_low`), and the service is not ready. 0: none.
   */
  @Env('STORAGE_FLOOR_MB', asNumber)
  @IsInt()
  @Min(0)
  @Max(1_048_576)
  floorMb = 256;

  /**
   * Size in MiB of a file beside the database that is given up when the disk is full, so that ends of turns, interrupts and
   * deletions can still be written. 0: none.
   */
  @Env('STORAGE_RESERVE_MB', asNumber)
  @IsInt()
  @Min(0)
  @Max(1024)
  reserveMb = 8;

  /** Absolute path of the database file's folder. */
  get databaseDirectory(): string {
    return resolve(this.dbRoot || join(this.dataRoot, 'db'));
  }
}
