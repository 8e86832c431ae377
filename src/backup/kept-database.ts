import type { DataSource } from 'typeorm';

/** The service's database, as a backup and a restore see it. */
export abstract class KeptDatabase {
  abstract readonly kind: 'sqlite' | 'postgres';
  /** Which it is, without secrets. */
  abstract readonly description: string;
  /** Name of the copy in a backup. */
  abstract readonly fileName: string;

  /** Writes a copy as it is at one moment, while a service may run on it. @throws Error */
  abstract save(file: string): Promise<void>;

  /** Keeps services away until this process ends. @throws ConfigError while one runs */
  abstract lock(): Promise<void>;

  abstract hasData(): Promise<boolean>;

  /** Puts a copy in the place of what is there, all of it or nothing. @throws Error */
  abstract load(file: string): Promise<void>;

  /** Opens it without changing it. To be destroyed by the caller. */
  abstract open(): Promise<DataSource>;
}
