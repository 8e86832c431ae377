import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { PROJECT_ROLES, type ProjectRole } from '../access/project-member.entity';
import { PageQueryDto } from '../chat/dto/page.dto';
import { IsVisible } from '../common/hidden-characters';
import { IsMailAddress } from '../common/is-mail-address.decorator';
import { Optional } from '../common/optional.decorator';
import { PartialOf } from '../common/partial-of';
import { QueryFlag } from '../common/query-flag.decorator';

export class CreateProjectDto {
  /** @example Website */
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @IsVisible()
  name: string;

  /** What it is for. */
  @Optional()
  @IsString()
  @MaxLength(4000)
  description?: string;

  /** What the agents of its chats are told in each turn, before the instructions of the chat. Null or empty: nothing. */
  @IsOptional()
  @IsString()
  @MaxLength(32_768)
  @ApiProperty({ required: false, type: String, nullable: true })
  instructions?: string | null;
}

export class UpdateProjectDto extends PartialOf(CreateProjectDto) {
  /** Hides the project from the list; its chats stay as they are. */
  @Optional()
  @IsBoolean()
  archived?: boolean;
}

export class ProjectsQueryDto extends PageQueryDto {
  /** Lists the archived projects instead of the others. */
  @QueryFlag()
  archived: boolean = false;
}

export class DeleteProjectQueryDto {
  /** `delete`: with its chats. Left out: only where it has none. */
  @IsOptional()
  @IsIn(['delete'], { message: 'chats must be "delete", or left out' })
  @ApiProperty({ required: false, enum: ['delete'] })
  chats?: 'delete';
}

export class ProjectDto {
  /** @example 01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a */
  id: string;
  name: string;
  description: string;
  /** What the agents of its chats are told; null: nothing. */
  @ApiProperty({ type: String, nullable: true })
  instructions: string | null;
  /** Whether it is somebody's own, which is shared with nobody and cannot be deleted. */
  personal: boolean;
  archived: boolean;
  /** Your role in it. */
  @ApiProperty({ enum: PROJECT_ROLES })
  role: ProjectRole;
  chatCount: number;
  /** Whether its chats work in a repository. */
  hasRepository: boolean;
  createdAt: string;
  updatedAt: string;
}

export class AddMemberDto {
  /** Id of the user; either this or `email`. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  userId?: string;

  /** Address of the user. */
  @Optional()
  @IsMailAddress()
  @MaxLength(254)
  email?: string;

  /** @example editor */
  @IsIn(PROJECT_ROLES)
  @ApiProperty({ enum: PROJECT_ROLES })
  role: ProjectRole;
}

export class ChangeMemberDto {
  /** @example viewer */
  @IsIn(PROJECT_ROLES)
  @ApiProperty({ enum: PROJECT_ROLES })
  role: ProjectRole;
}

export class MemberDto {
  userId: string;
  displayName: string;
  @ApiProperty({ enum: PROJECT_ROLES })
  role: ProjectRole;
  createdAt: string;
}
