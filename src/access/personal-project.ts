import { createHash } from 'node:crypto';
import { now } from '../common/clock';
import type { Write } from '../database/write-queue';

/** Name of everybody's own project, until it is given another. */
export const PERSONAL_PROJECT_NAME = 'Personal';

/**
 * The id of a user's own project, known without the database: a UUID (version 8, made of a hash) of the user's id, so that two
 * who make the project at once make the same one.
 */
export function personalProjectId(userId: string): string {
  const hex = createHash('sha256').update(`codex-relay:personal-project:${userId}`).digest('hex');
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16).padStart(2, '0');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(18, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** Makes the user's own project, with the user as its owner, unless there is one. */
export function personalProject(userId: string): Write<void> {
  const id = personalProjectId(userId);
  return async (tx) => {
    const at = now();
    const made = await tx.run(
      'INSERT INTO "projects" ("id", "name", "description", "personal_of", "archived", "created_at", "updated_at") ' +
        `VALUES ($1, $2, '', $3, FALSE, $4, $5) ON CONFLICT DO NOTHING`,
      [id, PERSONAL_PROJECT_NAME, userId, at, at],
    );
    if (made === 0) return;
    await tx.run(
      'INSERT INTO "project_members" ("id", "project_id", "user_id", "role", "created_at") ' +
        `VALUES ($1, $2, $3, 'owner', $4) ON CONFLICT DO NOTHING`,
      [id, id, userId, at],
    );
  };
}
