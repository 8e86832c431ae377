import { z } from 'zod';
import { ConfigError } from '../config/config.error';
import { checkedYaml } from '../gateway/catalog/checked-yaml';
import { SKILL_DOCUMENT } from './skill';

/** Names of skills, and of their folders. */
export const SKILL_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/u;
export const MAX_SKILL_NAME = 64;
export const MAX_DOCUMENT_CHARACTERS = 65_536;
const MAX_DESCRIPTION = 1_024;
const NAME_RULE = `small letters and digits with single hyphens between them, at most ${MAX_SKILL_NAME}`;
const DESCRIPTION_RULE = `a text of at most ${MAX_DESCRIPTION} characters`;
const FENCE = /^---[ \t]*$/u;

/** What a SKILL.md begins with; it may say more, which is for other programs. */
const frontmatter = z.looseObject(
  {
    name: z.string(NAME_RULE).max(MAX_SKILL_NAME, NAME_RULE).regex(SKILL_NAME, NAME_RULE),
    description: z.string(DESCRIPTION_RULE).max(MAX_DESCRIPTION, DESCRIPTION_RULE).regex(/\S/u, DESCRIPTION_RULE),
  },
  'a mapping with the fields name, description',
);

export interface SkillDocument {
  readonly name: string;
  /** On one line. */
  readonly description: string;
}

/**
 * Reads how a SKILL.md introduces itself.
 *
 * @param path for messages
 * @throws ConfigError with path, line and field of the first mistake, and what is allowed there
 */
export function parseSkill(text: string, path: string = SKILL_DOCUMENT): SkillDocument {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r?\n/u);
  if (!FENCE.test(lines[0] ?? '')) {
    throw new ConfigError(`${path}:1: a skill begins with a line "---", its name and description, and another "---"`);
  }
  const end = lines.findIndex((line, index) => index > 0 && FENCE.test(line));
  if (end === -1) throw new ConfigError(`${path}:1: the "---" after name and description is missing`);
  // The first line stays, empty, so that lines are counted as in the file.
  const { name, description } = checkedYaml(frontmatter, ['', ...lines.slice(1, end)].join('\n'), path);
  if (lines.slice(end + 1).every((line) => line.trim() === '')) {
    throw new ConfigError(`${path}:${end + 1}: the instructions after name and description are missing`);
  }
  return { name, description: description.trim().replace(/\s+/gu, ' ') };
}
