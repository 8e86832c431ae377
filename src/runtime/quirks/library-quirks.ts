import type { Quirk } from './quirk';

/** Of libraries: what lies below their interfaces. */
export const LIBRARY_QUIRKS: readonly Quirk[] = [
  {
    id: 'typeorm-connection',
    what: 'the driver of TypeORM for SQLite has its connection as `databaseConnection`',
    seen: { program: 'typeorm', version: '0.3.31' },
    why: 'statements of each turn are prepared once; the driver prepares and runs each in two jobs for another thread',
    gain: "most of the database's part of a turn",
    test: { file: 'src/database/prepared-statements.spec.ts', name: 'says how many rows have changed, each time anew' },
    removeWhen: 'TypeORM keeps prepared statements',
  },
  {
    id: 'typeorm-verbose',
    what: 'TypeORM asks the driver for its verbose mode, which takes a stack trace at every statement',
    seen: { program: 'typeorm', version: '0.3.31' },
    why: 'the driver that it is given has a `verbose` that changes nothing',
    gain: 'a third of the cost of a statement',
    test: {
      file: 'test/integration/database/migrations.spec.ts',
      name: 'open in WAL mode with foreign keys, synchronous=NORMAL and a timeout',
    },
    removeWhen: 'TypeORM leaves that to a setting',
  },
];
