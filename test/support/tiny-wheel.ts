import { ZipArchive } from 'archiver';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Writes a library for pip, with one function `answer()`, into a folder that it can be installed from without a network. */
export async function writeTinyWheel(folder: string, name: string, answer: string): Promise<void> {
  const archive = new ZipArchive();
  const information = `${name}-1.0.dist-info`;
  const files = {
    [`${name}/__init__.py`]: `def answer():\n    return ${JSON.stringify(answer)}\n`,
    [`${information}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
    [`${information}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  const names = [...Object.keys(files), `${information}/RECORD`];
  for (const [path, text] of Object.entries(files)) archive.append(text, { name: path });
  archive.append(names.map((path) => `${path},,\n`).join(''), { name: `${information}/RECORD` });
  const written = pipeline(archive, createWriteStream(join(folder, `${name}-1.0-py3-none-any.whl`)));
  await archive.finalize();
  await written;
}
