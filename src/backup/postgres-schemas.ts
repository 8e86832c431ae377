import type { DataSource, EntityManager } from 'typeorm';
import { REPLACED_SCHEMA } from '../database/unfinished-restore';

/** A schema with what is about to be removed. */
const DROPPED = 'codex_relay_removed';

/** Of the schema that is in use; what belongs to an extension stays in its place. */
const OBJECTS = `
  SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END
    AS kind, c.oid::regclass::text AS name
  FROM pg_class AS c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
      AND (d.deptype = 'e' OR (c.relkind = 'S' AND d.deptype IN ('a', 'i'))))
  UNION ALL
  SELECT 'ROUTINE', p.oid::regprocedure::text FROM pg_proc AS p
  WHERE p.pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
      AND d.deptype = 'e')`;

/** Whether something is in the schema that is in use. */
export async function hasTables(database: DataSource): Promise<boolean> {
  return (await database.query<unknown[]>(`${OBJECTS} LIMIT 1`)).length > 0;
}

/** Whether something was put aside. */
export async function hasAside(database: DataSource): Promise<boolean> {
  return (
    (await database.query<unknown[]>('SELECT 1 FROM pg_namespace WHERE nspname = $1', [REPLACED_SCHEMA])).length > 0
  );
}

/**
 * Empties the schema that is in use, in one transaction.
 *
 * @param areDropped else what is there is put aside, in a schema that also marks, though it be empty, that the restore is not done
 */
export async function moveTables(database: DataSource, { areDropped }: { areDropped: boolean }): Promise<void> {
  await database.transaction(async (tx) => {
    const objects = await tx.query<{ kind: string; name: string }[]>(OBJECTS);
    if (objects.length === 0 && areDropped) return;
    const schema = areDropped ? DROPPED : REPLACED_SCHEMA;
    await tx.query(`CREATE SCHEMA "${schema}"`);
    for (const { kind, name } of objects) await tx.query(`ALTER ${kind} ${name} SET SCHEMA "${schema}"`);
    if (areDropped) await drop(tx, schema);
  });
}

/** Removes what was put aside. */
export async function dropAside(database: DataSource): Promise<void> {
  await database.transaction((tx) => drop(tx, REPLACED_SCHEMA));
}

const drop = async (tx: EntityManager, schema: string): Promise<void> =>
  void (await tx.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`));
