/** Ends the PostgreSQL that was started for the run. */
export default async function tearDown(): Promise<void> {
  await globalThis.postgresServer?.dispose();
}
