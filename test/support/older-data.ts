import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentActionDto } from '../../src/chat/dto/agent-action.dto';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import type { TurnDto } from '../../src/chat/dto/turn.dto';
import { openFile } from '../fixtures/sql-dump';
import { writeBackends } from './service';
import { REPOSITORY } from './service-process';

/** What the API of the older version said of a chat, at the moment before the service was killed. */
export interface OlderChat {
  readonly id: string;
  readonly messages: readonly MessageDto[];
  readonly turns: readonly TurnDto[];
  readonly actions: readonly AgentActionDto[];
  readonly events: readonly { readonly seq: number; readonly type: string }[];
}

/** Names of the fixture's chats, by what happened in them. */
type OlderChatName =
  | ('talk' | 'picture' | 'work' | 'refused' | 'stopped' | 'failed' | 'archived' | 'keyed')
  /** Its approval is open, its second turn is running with another waiting behind it, it has no message. */
  | ('asks' | 'cut' | 'empty');

/** A data folder that an older version of the service has really made, as `kill -9` has left it. */
export interface OlderData {
  readonly chats: Readonly<Record<OlderChatName, OlderChat>>;
  /** Of a program, for `/v1`. */
  readonly gatewayKey: string;
  readonly responseId: string;
  /** Deleted when the service was killed; its files are still there. */
  readonly deleted: string;
}

/** What the older version was started with. */
export const OLDER_SETTINGS = { ENCRYPTION_KEY: '0f'.repeat(32) };
/** Of the provider of the backend `keyed`. */
export const OLDER_PROVIDER_KEY = 'sk-fixture-of-a-provider-key-1234';

const folderOf = (version: string): string => join(REPOSITORY, 'test', 'fixtures', version);

/** @param version a folder of `test/fixtures` */
export const readOlderData = (version: string): OlderData =>
  JSON.parse(readFileSync(join(folderOf(version), 'expected.json'), 'utf8')) as OlderData;

/** Puts the older folder in place, with another address of its model. */
export async function unpackOlderData(version: string, dataRoot: string, modelUrl: string): Promise<void> {
  execFileSync('tar', ['-xzf', join(folderOf(version), 'files.tar.gz'), '-C', dataRoot]);
  mkdirSync(join(dataRoot, 'db'));
  const database = await openFile(join(dataRoot, 'db', 'chat.sqlite'));
  await database.run(readFileSync(join(folderOf(version), 'database.sql'), 'utf8'));
  await database.close();
  const backend = (id: string): string =>
    `  - { id: ${id}, type: openai-compatible, model: scripted-1, base_url: '${modelUrl}' }`;
  const lines = ['backends:', backend('scripted'), backend('keyed'), '  - { id: demo, type: demo }'];
  writeBackends(dataRoot, [...lines, 'default_backend: scripted', ''].join('\n'));
}
