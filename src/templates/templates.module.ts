import { BeforeApplicationShutdown, Global, Module, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { ChatTemplates } from '../chat/turns/chat-templates';
import { RegularCheck } from '../common/regular-check';
import { RuntimeModule } from '../runtime/runtime.module';
import { WorkspacesModule } from '../workspaces/workspaces.module';
import { ChatInstructions } from './chat-instructions';
import { TemplateFiles } from './template-files';
import { Templates } from './templates';
import { ChatInstructionsController, TemplatesController } from './templates.controller';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What chats are made from. Chats and turns get it by ChatTemplates. */
@Global()
@Module({
  imports: [ChatModule, RuntimeModule, WorkspacesModule],
  controllers: [TemplatesController, ChatInstructionsController],
  providers: [ChatInstructions, TemplateFiles, Templates, { provide: ChatTemplates, useExisting: Templates }],
  exports: [ChatTemplates, Templates],
})
export class TemplatesModule implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly checks = new RegularCheck(
    () => this.templates.sweep(new Date(Date.now() - DAY_MS).toISOString()),
    HOUR_MS,
  );

  constructor(
    private readonly files: TemplateFiles,
    private readonly templates: Templates,
  ) {}

  onModuleInit(): void {
    this.files.load();
  }

  onApplicationBootstrap(): void {
    this.checks.startNow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.checks.stop();
  }
}
