import { conflict, DomainError, messageOf, unavailable } from '../../common/domain.error';

const missing = (path: string): DomainError =>
  new DomainError(404, 'path_not_found', `There is no "${path}" in the workspace.`);
export const notAFile = (path: string, what = 'a folder'): DomainError =>
  conflict('not_a_file', `"${path}" is ${what}, and not a file that can be read or written.`);
export const notAFolder = (path: string): DomainError => conflict('not_a_folder', `"${path}" is not a folder.`);
export const fileExists = (path: string): DomainError =>
  conflict('file_exists', `There is "${path}" already; ask with overwrite=true to replace a file.`);

/**
 * What the file system says, in words for whoever asked.
 *
 * @param path as it is shown
 */
export function pathErrorOf(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case 'ENOENT':
      return missing(path);
    case 'ENOTDIR':
      return notAFolder(path);
    case 'EISDIR':
      return notAFile(path);
    case 'EEXIST':
    case 'ENOTEMPTY':
      return fileExists(path);
    case 'ENAMETOOLONG':
      return new DomainError(400, 'name_too_long', `The name of "${path}" is longer than the disk takes.`);
    case 'EACCES':
    case 'EPERM':
      return new DomainError(
        403,
        'path_not_permitted',
        `The permissions of "${path}", or of its folder, do not allow it.`,
      );
    case 'EINVAL':
      return new DomainError(400, 'invalid_path', `"${path}" cannot be there: a folder cannot be moved into itself.`);
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return unavailable('storage_low', `There is no room for "${path}" on the disk: ${messageOf(error)}.`);
    case 'ELOOP':
      return conflict('link_changed', `"${path}" has just been replaced by a link; try again.`);
    default:
      return error;
  }
}

export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
