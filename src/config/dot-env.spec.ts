import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDotEnv } from './dot-env';
import { Environment } from './environment';
import { unknownVariables } from './unknown-variables';

describe('a .env file', () => {
  let folder: string;
  let file: string;
  const read = (content: string | Buffer) => {
    writeFileSync(file, content);
    return readDotEnv(file);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dot-env-'));
    file = join(folder, '.env');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('may begin with a byte order mark, and loses no line by it', () => {
    expect(read('\uFEFFCODEX_SANDBOX_MODE_MAX=read-only\nB=2\n')).toEqual({
      ...{ variables: { CODEX_SANDBOX_MODE_MAX: 'read-only', B: '2' }, remarks: [] },
    });
  });

  it('is refused in UTF-16, with its path and the reason', () => {
    for (const content of [Buffer.from('\uFEFFA=1\n', 'utf16le'), Buffer.from('A=1\n', 'utf16le')]) {
      expect(() => read(content)).toThrow(`${file} cannot be read: it must be saved as UTF-8`);
    }
  });

  it('is remarked on where a line is no variable, or a value ends before its #, without a word of a value', () => {
    const { variables, remarks } = read(
      [
        '# comment',
        '',
        'PORT 8000',
        'KEY=secret#1',
        'B="a#b"',
        'C=1 # why',
        'D="two',
        'no variable',
        '"',
        'secret',
      ].join('\n'),
    );
    expect(variables).toMatchObject({ KEY: 'secret', B: 'a#b', C: '1', D: 'two\nno variable\n' });
    expect(remarks).toEqual([
      `${file}, line 3 is no variable, and is left out`,
      `${file}, line 4: the value of KEY ends before its "#"; put it in quotes if that belongs to it`,
      `${file}, line 10 is no variable, and is left out`,
    ]);
  });

  it('is remarked on where a setting is none, with the nearest name', () => {
    const known = ['PORT', 'CODEX_POOL_SIZE', 'CORS_ORIGINS', 'http_proxy'];
    const inFile = { CODEX_POOLSIZE: '1', PROT: '1', CODEX_COLOUR: 'x', CODEX_OTHER_KEY: 'x', PORT: '1', EDITOR: 'vi' };
    const ofProcess = { CORS_ORIGIN: 'x', CODEX_HOME: '/x', MY_PORT: '1', http_proxy: 'x', PATH: '/bin' };
    const environment = new Environment({ ...inFile, ...ofProcess }, file, inFile);
    expect(unknownVariables(environment, known)).toEqual([
      'there is no setting CODEX_POOLSIZE; the nearest name is CODEX_POOL_SIZE',
      'there is no setting PROT; the nearest name is PORT',
      'there is no setting CODEX_COLOUR; the nearest name is CODEX_POOL_SIZE',
      'there is no setting CORS_ORIGIN; the nearest name is CORS_ORIGINS',
    ]);
  });
});
