import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { ChatEntity } from '../chat/entities/chat.entity';
import { AgentSurroundings, Surroundings, SurroundingsError, ToldPart } from '../chat/turns/agent-surroundings';
import { DomainError } from '../common/domain.error';
import { ProjectFolders } from '../files/project-folders';
import { DataDirectories } from '../runtime/data-directories';
import { SkillFolders } from '../skills/skill-folders';
import { Repositories } from './repositories';
import type { OpenedCopy } from './working-copies';
import { WorkingCopies } from './working-copies';

/** What agents have of their project: its files, its repository, and the skills that were chosen. */
@Injectable()
export class ProjectSurroundings extends AgentSurroundings {
  constructor(
    private readonly files: ProjectFolders,
    private readonly copies: WorkingCopies,
    private readonly repositories: Repositories,
    private readonly directories: DataDirectories,
    private readonly skills: SkillFolders,
  ) {
    super();
  }

  /** @throws SurroundingsError `repository_unavailable`: an agent in an empty folder would begin the work anew */
  async prepare(chat: ChatEntity, workspace: string, signal: AbortSignal): Promise<Surroundings> {
    const copy = await this.copyOf(chat, workspace, signal);
    const files = await this.files.prepare(chat, workspace);
    const skills = await this.skills.prepare(chat);
    const told = [files.instructions, copy && wordsFor(copy), skills.instructions];
    return {
      instructions: told.filter(Boolean).join('\n\n') || null,
      variables: files.variables,
      warnings: [...files.warnings, ...skills.warnings],
    };
  }

  async told(chat: ChatEntity): Promise<readonly ToldPart[]> {
    const copy = await this.copies.known(chat);
    const files = [await this.files.told(chat), copy && wordsFor(copy)].filter(Boolean).join('\n\n');
    const skills = await this.skills.told(chat);
    return [
      ...(files === '' ? [] : [{ source: 'files' as const, text: files }]),
      ...(skills === null ? [] : [{ source: 'skills' as const, text: skills }]),
    ];
  }

  private async copyOf(chat: ChatEntity, workspace: string, signal: AbortSignal): Promise<OpenedCopy | null> {
    const objects = this.directories.repositoryObjectsOf(chat.userId, chat.id);
    // A backup has no links, but the file that names their folder.
    const hasCopy = existsSync(objects) || existsSync(join(workspace, '.git', 'objects', 'info', 'alternates'));
    if (!hasCopy && !this.repositories.mayHaveRepository(chat.projectId)) return null;
    try {
      return await this.copies.ensure(chat, signal);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const words = `The project's repository could not be checked out. ${error.detail} The message has not reached the agent: send it again.`;
      throw new SurroundingsError('repository_unavailable', words);
    }
  }
}

const wordsFor = ({ copy: { branch, baseBranch } }: OpenedCopy): string =>
  `The workspace is a git repository. You work on the branch "${branch}", which began from "${baseBranch}". Commit there; the branch is pushed by ` +
  'the person that you work for, not by you.';
