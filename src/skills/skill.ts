/** The file that every skill has. */
export const SKILL_DOCUMENT = 'SKILL.md';

/** A file of a skill. */
export interface SkillFile {
  /** From the skill's folder, with `/`. */
  readonly path: string;
  readonly content: Buffer;
}

/** Instructions for one kind of task, of which an agent reads no more than it needs. */
export interface Skill {
  /** What chats choose it by; small letters, digits and hyphens. */
  readonly name: string;
  /** When it is of use, for people and models. */
  readonly description: string;
  readonly scope: 'service' | 'project';
  /** `SKILL.md` among them. */
  readonly files: readonly SkillFile[];
}
