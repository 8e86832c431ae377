import { IsIn, IsInt, IsNotEmpty, IsString, Max, Min } from 'class-validator';
import { join, resolve } from 'node:path';
import { asLowerCase, asNumber, Env } from './env.decorator';

export const STORAGE_TYPES = ['local', 's3', 'volume'] as const;

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

  /** Folder of the prepared runtime: a Python environment, and a link to codex. Empty: `runtime` under CODEX_DATA_ROOT. */
  @Env('CODEX_RUNTIME_ROOT')
  @IsString()
  runtimeRoot = '';

  /**
   * Free space in MiB, on the disks of CODEX_DATA_ROOT, CODEX_DB_ROOT and STORAGE_PATH, below which nothing may grow: the turn that does is
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

  /**
   * Where blobs lie: pictures of messages. `local`: in STORAGE_PATH, which is made. `volume`: in STORAGE_PATH, which must lie on a
   * mounted volume: while it is not mounted nothing is written, so that nothing lands in the container instead. `s3`: in
   * S3_BUCKET.
   */
  @Env('STORAGE_TYPE', asLowerCase)
  @IsIn(STORAGE_TYPES)
  storageType: (typeof STORAGE_TYPES)[number] = 'local';

  /** Folder of the blobs; with `s3` only of uploads under way. Empty: `storage` under CODEX_DATA_ROOT. */
  @Env('STORAGE_PATH')
  @IsString()
  storagePath = '';

  /** Hours that a blob is kept which nothing refers to, such as that of a message that was refused. */
  @Env('STORAGE_ORPHAN_HOURS', asNumber)
  @IsInt()
  @Min(1)
  @Max(8760)
  orphanHours = 24;

  /** Seconds that a turn, in its slot, waits for pictures that cannot be read at the moment; then it fails. */
  @Env('STORAGE_WAIT_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(600)
  waitSeconds = 30;

  /** Absolute path of the folder of blobs. */
  get storageDirectory(): string {
    return resolve(this.storagePath || join(this.dataRoot, 'storage'));
  }

  /** Absolute path of the prepared runtime. */
  get runtimeDirectory(): string {
    return resolve(this.runtimeRoot || join(this.dataRoot, 'runtime'));
  }

  /** Absolute path of the database file's folder. */
  get databaseDirectory(): string {
    return resolve(this.dbRoot || join(this.dataRoot, 'db'));
  }
}
