import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { PathTargetDto } from '../dto/approval-request.dto';
import { visibleText } from '../dto/visible-text';

/** Links that are followed, and folders that are gone up. */
const MAX_STEPS = 4_096;

/**
 * Where a path leads at the moment, with the links in it followed, whether there is anything or not.
 *
 * @param workspace absolute path; targets in it are relative to it
 */
export function pathTarget(path: string, workspace: string): PathTargetDto {
  const root = targetOf(workspace);
  const absolute = resolve(workspace, path);
  const target = targetOf(absolute);
  const inWorkspace = relative(root, target);
  const isInside = inWorkspace !== '..' && !inWorkspace.startsWith(`..${sep}`);
  const written = relative(workspace, absolute);
  const isWrittenInside = written !== '..' && !written.startsWith(`..${sep}`);
  const isLink = target !== (isWrittenInside ? join(root, written) : absolute);
  const shown = isInside ? inWorkspace || '.' : target;
  return { path: visibleText(path), target: visibleText(shown), isInside, isLink };
}

function targetOf(path: string, steps = 0): string {
  try {
    return realpathSync(path);
  } catch {
    if (steps >= MAX_STEPS || dirname(path) === path) return path;
    const link = linkOf(path);
    if (link !== undefined) return targetOf(resolve(dirname(path), link), steps + 1);
    return join(targetOf(dirname(path), steps + 1), basename(path));
  }
}

/** What a link that leads to nothing says. */
function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
