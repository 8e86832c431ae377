import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

export const FILE_STATUSES = ['added', 'modified', 'deleted', 'renamed', 'untracked', 'conflicted'] as const;
export const DIFF_BASES = ['base', 'head', 'turn'] as const;

export class WorkingCopyFileDto {
  path: string;
  @ApiProperty({ enum: FILE_STATUSES })
  status: (typeof FILE_STATUSES)[number];
}

/** What a chat works in. */
export class ChatRepositoryDto {
  /** Of its project, without anything that lets somebody in; null: the project has none. */
  url: string | null;
  baseBranch: string | null;
  /** Whether its workspace is a working copy, which it is from its first turn on where the project has a repository. */
  hasWorkingCopy: boolean;
}

export class GitStatusDto {
  /** The chat's own, which is pushed. */
  branch: string;
  /** What is checked out: the agent may have switched; null: a commit. */
  checkedOut: string | null;
  /** Null before the first commit. */
  head: string | null;
  baseBranch: string;
  baseCommit: string;
  /** Commits on the chat's branch beyond its base; null where that has none. */
  ahead: number | null;
  /** What was pushed last. */
  pushedCommit: string | null;
  /** 1,000 at most. */
  @ApiProperty({ type: [WorkingCopyFileDto] })
  files: WorkingCopyFileDto[];
  /** Whether there are more. */
  truncated: boolean;
  /** Where a pull request of the branch is made, for hosts that are known. */
  pullRequestUrl: string | null;
}

export class DiffQueryDto {
  /** `base`: all that the chat has changed; `head`: what is not committed; `turn`: what the last turn that has ended has changed, as it was recorded. */
  @IsOptional()
  @IsIn(DIFF_BASES)
  @ApiProperty({ enum: DIFF_BASES, required: false })
  against: (typeof DIFF_BASES)[number] = 'base';

  /** Of one file or folder; left out: of all. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4_096)
  @Matches(/^[^\0]*$/, { message: 'path must be a path' })
  path?: string;
}

export class FileDiffDto {
  path: string;
  /** Lines; null for a file that is no text. */
  added: number | null;
  removed: number | null;
}

export class GitDiffDto {
  /** The commit that it is against; of `turn` the turn, or nothing where it has changed no file. */
  against: string;
  /** 1,000 at most. */
  @ApiProperty({ type: [FileDiffDto] })
  files: FileDiffDto[];
  /** As `git diff` prints it; its beginning where it is longer than 1 MiB. */
  diff: string;
  /** Whether files or text are cut. */
  truncated: boolean;
}

export class CommitDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(10_000)
  @Matches(/^[^\0]*\S[^\0]*$/, { message: 'message must be a text' })
  message: string;
}

export class CommittedDto {
  branch: string;
  commit: string;
}

export class PushedDto extends CommittedDto {
  pullRequestUrl: string | null;
}

export class RebasedDto extends CommittedDto {
  /** What the branch is on now. */
  baseCommit: string;
}
