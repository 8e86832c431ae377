import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { ChatDirectory } from '../chat/chat-directory';
import { AgentSurroundings } from '../chat/turns/agent-surroundings';
import { DomainError } from '../common/domain.error';
import { openHeld } from '../runtime/confined/confined-folder';
import { Workspace, Workspaces } from '../workspaces/workspaces';
import { InstructionPartDto, InstructionsDto } from './template.dto';
import { Templates } from './templates';

/** Codex takes the first that is there (0.171.0). */
const NAMES = ['AGENTS.override.md', 'AGENTS.md'];
/** As much of it as codex takes by default (`project_doc_max_bytes`). */
const MAX_BYTES = 32 * 1024;
/** What somebody may read of a workspace, and the service does not: a link that leads out, a folder. */
const UNREADABLE = [403, 404, 409, 400];

/** What the agent of a chat is told beside its messages. */
@Injectable()
export class ChatInstructions {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly templates: Templates,
    private readonly surroundings: AgentSurroundings,
    private readonly workspaces: Workspaces,
  ) {}

  /** As its next turn would have it. @throws DomainError `chat_not_found` */
  async of(user: User, chatId: string): Promise<InstructionsDto> {
    const chat = await this.directory.find(user, chatId, 'read');
    const { templateVersionId: version } = chat;
    const template = version === null ? undefined : await this.templates.contentOfVersion(version);
    const project = await this.templates.projectInstructions(chat.projectId);
    const told = await this.surroundings.told(chat);
    return {
      parts: [
        ...part('template', template?.instructions, template?.name),
        ...part('project', project),
        ...part('chat', chat.instructions),
        ...told.flatMap(({ source, text }) => part(source, text)),
        ...(await agentsFile(await this.workspaces.of(chat))),
      ],
    };
  }
}

const part = (
  source: InstructionPartDto['source'],
  text: string | null | undefined,
  name: string | null = null,
): InstructionPartDto[] => (text ? [{ source, name, text, truncated: false }] : []);

async function agentsFile({ folder }: Workspace): Promise<InstructionPartDto[]> {
  for (const name of NAMES) {
    const found = await beginningOf(folder, name);
    if (found !== undefined) return [{ source: 'workspace', name, ...found }];
  }
  return [];
}

async function beginningOf(
  folder: Workspace['folder'],
  name: string,
): Promise<{ text: string; truncated: boolean } | undefined> {
  try {
    return await folder.hold([Buffer.from(name)], async (entry) => {
      const file = await openHeld(entry, name);
      try {
        const bytes = Buffer.alloc(MAX_BYTES);
        const { bytesRead } = await file.read(bytes, 0, MAX_BYTES, 0);
        const { size } = await file.stat();
        return { text: bytes.subarray(0, bytesRead).toString('utf8'), truncated: size > bytesRead };
      } finally {
        await file.close();
      }
    });
  } catch (error) {
    if (error instanceof DomainError && UNREADABLE.includes(error.status)) return undefined;
    throw error;
  }
}
