import { Global, Module, OnModuleInit } from '@nestjs/common';
import { ChatSkills } from '../chat/turns/chat-skills';
import { RuntimeModule } from '../runtime/runtime.module';
import { ProjectSkills } from './project-skills';
import { SkillFiles } from './skill-files';
import { SkillFolders } from './skill-folders';
import { Skills } from './skills';
import { ProjectSkillsController, SkillsController } from './skills.controller';

/** Skills of the operator and of projects. Chats choose theirs by ChatSkills, turns get them by SkillFolders. */
@Global()
@Module({
  imports: [RuntimeModule],
  controllers: [SkillsController, ProjectSkillsController],
  providers: [SkillFiles, ProjectSkills, Skills, SkillFolders, { provide: ChatSkills, useExisting: Skills }],
  exports: [ChatSkills, SkillFolders],
})
export class SkillsModule implements OnModuleInit {
  constructor(private readonly files: SkillFiles) {}

  onModuleInit(): void {
    this.files.load();
  }
}
