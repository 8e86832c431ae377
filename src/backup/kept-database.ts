import type { DataSource } from 'typeorm';

/** The service's database, as a backup and a restore see it. */
export abstract class KeptDatabase {
  abstract readonly kind: 'sqlite' | 'postgres';
  /** Which it is, without secrets. */
  abstract readonly description: string;
  /** Name of the copy in a backup. */
  abstract readonly fileName: string;

  /** Of the server, such as 15; null: there is none. @throws Error */
  abstract serverVersion(): Promise<number | null>;

  /** Writes a copy as it is at one moment, while a service may run on it. @throws Error */
  abstract save(file: string): Promise<void>;

  /** Keeps services away until this process ends. @throws ConfigError while one runs */
  abstract lock(): Promise<void>;

  abstract hasData(): Promise<boolean>;

  /**
   * Makes room, and keeps what is there until `removeReplaced`. Called again after an interruption it keeps what was put
   * aside first, and removes what is there now.
   */
  abstract putAside(): Promise<void>;

  /** Removes what was put aside, if there is any. */
  abstract removeReplaced(): Promise<void>;

  /** Puts a copy in the place where there is nothing now, all of it or nothing. @throws Error */
  abstract load(file: string): Promise<void>;

  /** Opens it without changing it. To be destroyed by the caller. */
  abstract open(): Promise<DataSource>;
}
