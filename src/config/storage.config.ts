import { IsNotEmpty, IsString } from 'class-validator';
import { Env } from './env.decorator';

/** Where the service keeps its data. Relative paths count from the working directory. */
export class StorageConfig {
  /** Chats' folders, codex's home and the operator's configuration. */
  @Env('CODEX_DATA_ROOT')
  @IsString()
  @IsNotEmpty()
  dataRoot = './data';

  /** Folder of the database file `chat.sqlite`. Empty: `db` under CODEX_DATA_ROOT. */
  @Env('CODEX_DB_ROOT')
  @IsString()
  dbRoot = '';
}
