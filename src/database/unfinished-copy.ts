import type { DataSource } from 'typeorm';

/** Table in which `npm run data:copy` keeps how far it has come; there until the copy is whole. */
export const UNFINISHED_COPY = 'unfinished_copy';

/** A service on half of the rows would take the rest for deleted. @throws Error that says what to do */
export async function refuseUnfinishedCopy(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    if (!(await runner.hasTable(UNFINISHED_COPY))) return;
  } finally {
    await runner.release();
  }
  throw new Error('it holds a copy that is not finished; run the same npm run data:copy again, which goes on with it');
}
