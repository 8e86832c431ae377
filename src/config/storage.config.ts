import { IsNotEmpty, IsString } from 'class-validator';
import { join, resolve } from 'node:path';
import { Env } from './env.decorator';

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

  /** Absolute path of the database file's folder. */
  get databaseDirectory(): string {
    return resolve(this.dbRoot || join(this.dataRoot, 'db'));
  }
}
