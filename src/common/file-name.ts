import { DomainError } from './domain.error';

const MAX_NAME_BYTES = 255;

/**
 * The name of a file as somebody sends it, without the folders that it may have had on their machine.
 *
 * @throws DomainError 400 `invalid_file_name`
 */
export function fileNameOf(given: string): string {
  const name = given.split(/[/\\]/).at(-1)?.trim() ?? '';
  if (['', '.', '..'].includes(name)) throw mistake('A file needs a name.');
  // eslint-disable-next-line no-control-regex -- They are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(name) || !name.isWellFormed())
    throw mistake('A file name may have no control characters.');
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw mistake(`A file name may have ${MAX_NAME_BYTES} bytes.`);
  return name;
}

const mistake = (detail: string): DomainError => new DomainError(400, 'invalid_file_name', detail);
