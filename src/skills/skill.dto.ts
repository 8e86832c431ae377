import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsNotEmpty,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { EditedVersionDto } from '../common/edited-version.dto';
import { Optional } from '../common/optional.decorator';
import { PartialOf } from '../common/partial-of';
import { MAX_DOCUMENT_CHARACTERS } from './skill-document';

export const SKILL_SCOPES = ['service', 'project'] as const;
/** Of one skill of a project, beside its SKILL.md. */
const MAX_FILES = 20;
const PART = String.raw`[A-Za-z0-9_][A-Za-z0-9._-]{0,63}`;
const PATH = new RegExp(`^(?!skill\\.md$)(?:${PART}/){0,3}${PART}$`, 'iu');

export class SkillFileDto {
  /** From the skill's folder; letters, digits, dots, hyphens and underscores, with `/` between at most three folders. @example references/style.md */
  @IsString()
  @Matches(PATH, { message: '$property must be a path in the folder of the skill, and not SKILL.md' })
  path: string;

  @IsString()
  @MaxLength(MAX_DOCUMENT_CHARACTERS)
  content: string;
}

export class CreateSkillDto {
  /**
   * The text of its SKILL.md: between two lines `---` a `name` (small letters, digits, hyphens) and a `description`, as YAML;
   * below them the instructions.
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_DOCUMENT_CHARACTERS)
  document: string;

  /** What the instructions refer to, as text; no more than 256 KiB with them. A file that begins with `#!` can be run. */
  @Optional()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SkillFileDto)
  @ArrayMaxSize(MAX_FILES)
  @ArrayUnique(({ path }: SkillFileDto) => path)
  files?: SkillFileDto[];
}

export class UpdateSkillDto extends IntersectionType(PartialOf(CreateSkillDto), EditedVersionDto) {}

export class SkillDto {
  /** What chats and templates choose it by. @example release-notes */
  name: string;
  /** When it is of use. */
  description: string;
  /** Whose it is: the operator's, for all chats, or the project's, for its chats. */
  @ApiProperty({ enum: SKILL_SCOPES })
  scope: (typeof SKILL_SCOPES)[number];
}

export class ProjectSkillDto extends SkillDto {
  /** The text of its SKILL.md. */
  document: string;
  files: SkillFileDto[];
  /** Raised with each change. */
  version: number;
  createdAt: string;
  updatedAt: string;
}

export class SkillsQueryDto {
  /** With those of this project. */
  @Optional()
  @IsUUID()
  projectId?: string;
}
