import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { User } from '../../auth/user';
import { HEAD_BYTES, mediaTypeOf } from '../../common/media-type';
import { openHeld } from '../../runtime/confined/confined-folder';
import { namesOf, shownPath } from '../../runtime/confined/entry-name';
import { Workspaces } from '../../workspaces/workspaces';
import { WorkspaceView } from '../../workspaces/workspace-view';
import type { ToolInput, ToolOutput } from './tool-schemas';
import { resultOf } from './tool-results';
import { wholeCharacters } from './whole-characters';

/** A picture that is given as one, at most. */
const MAX_PICTURE_BYTES = 2 * 1024 * 1024;
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

interface Part {
  readonly bytes: Buffer;
  readonly size: number;
  readonly mediaType: string;
}

/** The files of a chat, for tools. Every method throws DomainError as the routes of the workspace do. */
@Injectable()
export class WorkspaceFiles {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly view: WorkspaceView,
  ) {}

  async list(user: User, { chatId, ...query }: ToolInput<'list_files'>): Promise<CallToolResult> {
    const { folder } = await this.workspaces.find(user, chatId, 'read');
    const { data, nextCursor } = await this.view.list(folder, query);
    const entries = data.map(({ name, path, kind, size, modifiedAt }) => ({ name, path, kind, size, modifiedAt }));
    const lines = entries.map(({ path, kind, size }) =>
      kind === 'file' ? `${path} (${size} bytes)` : `${path} (${kind})`,
    );
    if (entries.length === 0) lines.push('The folder is empty.');
    if (nextCursor !== null) lines.push(`There are more: call it again with cursor ${nextCursor}.`);
    return resultOf({ entries, nextCursor } satisfies ToolOutput<'list_files'>, lines.join('\n'));
  }

  async read(user: User, { chatId, path, offset, limit }: ToolInput<'read_file'>): Promise<CallToolResult> {
    const { folder } = await this.workspaces.find(user, chatId, 'read');
    const names = namesOf(path);
    const part = await folder.hold(names, async (entry) => {
      const file = await openHeld(entry, shownPath(names));
      try {
        const { size } = await file.stat();
        const head = await readAt(file, 0, HEAD_BYTES);
        const mediaType = await mediaTypeOf(head, head.length < HEAD_BYTES);
        const isPicture = PICTURES.includes(mediaType) && size <= MAX_PICTURE_BYTES;
        const wanted = mediaType.startsWith('text/') ? readAt(file, offset, limit) : isPicture && readAt(file, 0, size);
        return { size, mediaType, bytes: (await wanted) || Buffer.alloc(0) };
      } finally {
        await file.close();
      }
    });
    return readResult(shownPath(names), offset, part);
  }
}

function readResult(path: string, offset: number, { bytes, size, mediaType }: Part): CallToolResult {
  if (!mediaType.startsWith('text/')) {
    const told = { path, mediaType, size, offset: 0, nextOffset: null, text: null } satisfies ToolOutput<'read_file'>;
    const { content, ...rest } = resultOf(told, `${path} is no text: ${mediaType}, ${size} bytes.`);
    const pictures =
      bytes.length === 0 ? [] : [{ type: 'image' as const, data: bytes.toString('base64'), mimeType: mediaType }];
    return { ...rest, content: [...content, ...pictures] };
  }
  const end = offset + bytes.length;
  const whole = end >= size ? bytes : wholeCharacters(bytes);
  const nextOffset = end >= size ? null : offset + whole.length;
  const text = whole.toString();
  const more = nextOffset === null ? '' : `\n\n[${size} bytes in all: the next part begins at offset ${nextOffset}]`;
  return resultOf(
    { path, mediaType, size, offset, nextOffset, text } satisfies ToolOutput<'read_file'>,
    `${text}${more}`,
  );
}

async function readAt(
  file: { read(buffer: Buffer, offset: number, length: number, at: number): Promise<{ bytesRead: number }> },
  at: number,
  length: number,
): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
