import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from './answer';
import { fileEdit } from './file-edit';
import { fileRead, FileReadInput } from './file-read';
import { fileWrite } from './file-write';

const textOf = ({ content }: Answer): string =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');

describe('the file tools', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const put = (name: string, content: string | Buffer): string => {
    writeFileSync(at(name), content);
    return at(name);
  };
  const read = async (name: string, input: Omit<FileReadInput, 'path'> = {}): Promise<string> =>
    textOf(await fileRead({ path: at(name), ...input }));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'file-tools-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('read ranges of lines, from both ends, and cut what is long', async () => {
    put('lines.txt', Array.from({ length: 5000 }, (_, index) => `line ${index + 1}`).join('\n'));
    expect(await read('lines.txt', { offset: 3, limit: 2 })).toBe(
      '[lines 3 to 4 of 5000]\n     3\tline 3\n     4\tline 4',
    );
    expect(await read('lines.txt', { offset: -1 })).toBe('[lines 5000 to 5000 of 5000]\n  5000\tline 5000');
    expect(await read('lines.txt')).toMatch(/^\[lines 1 to 2000 of 5000\]/);
    expect(await read('lines.txt', { offset: 6000 })).toBe('[no line there of 5000]\n');
    put('long.txt', 'x'.repeat(5000));
    expect(await read('long.txt')).toContain('x… [5000 characters]');
    put('empty.txt', '');
    expect(await read('empty.txt')).toBe('[the file is empty]\n');
  });

  it('read UTF-16, and characters that are cut by the end of what is looked at', async () => {
    put('wide.txt', Buffer.from('\ufeffGrüße\r\nzwei\r\n', 'utf16le'));
    expect(await read('wide.txt')).toBe('[encoding: utf-16le; lines 1 to 2 of 2]\n     1\tGrüße\n     2\tzwei');
    expect(await read('wide.txt', { offset: 0, limit: 1 })).toContain('lines 1 to 1 of 2]\n     1\tGrüße');
    put('cut.txt', `${'a'.repeat(65_535)}ü\n`);
    expect(await read('cut.txt')).not.toContain('latin-1');
  });

  it('count a negative offset from the end, in every encoding', async () => {
    const lines = Array.from({ length: 10 }, (_, index) => `line ${index + 1}\n`).join('');
    put('narrow.txt', lines);
    put('wide.txt', Buffer.from(`\ufeff${lines}`, 'utf16le'));
    const shown = 'lines 6 to 7 of 10]\n     6\tline 6\n     7\tline 7';
    expect(await read('narrow.txt', { offset: -5, limit: 2 })).toBe(`[${shown}`);
    expect(await read('wide.txt', { offset: -5, limit: 2 })).toBe(`[encoding: utf-16le; ${shown}`);
    put('large.txt', lines.repeat(20_000));
    expect(await read('large.txt', { offset: -5, limit: 2 })).toBe(
      '[lines -5 to -4 from the end of a file of 1.4 MiB]\nline 6\nline 7',
    );
    expect(await read('large.txt', { offset: -2 })).toBe('[the last 2 lines of a file of 1.4 MiB]\nline 9\nline 10');
  });

  (process.platform === 'linux' ? it : it.skip)('read what has no size by what is in it', async () => {
    const environment = textOf(await fileRead({ path: '/proc/self/environ' }));
    expect(environment).toMatch(/is no text, but (?!0 bytes)[^]* of binary data; its beginning:\]\n00000000 /);
  });

  it('show the head of a table, with quoted fields', async () => {
    put('table.csv', 'name;text\nAda;"one; ""two""\nthree"\nBob;x\n');
    const shown = await read('table.csv');
    expect(shown).toContain('2 columns split by ";"');
    expect(shown).toContain('name\ttext\nAda\tone; "two" three\nBob\tx');
    expect(await read('table.csv', { limit: 1 })).toContain('     1\tname;text');
  });

  it('show the cells of a notebook, and its pictures', async () => {
    const outputs = [{ text: ['4\n'] }, { data: { 'image/png': 'aGVsbG8=' } }, { ename: 'ValueError', evalue: 'no' }];
    const cells = [
      { cell_type: 'markdown', source: ['# Title'] },
      { cell_type: 'code', execution_count: 2, source: '2 + 2', outputs },
    ];
    put('book.ipynb', JSON.stringify({ cells }));
    const answer = await fileRead({ path: at('book.ipynb') });
    expect(textOf(answer)).toContain(
      '--- cell 2: code [2]\n2 + 2\n>>> 4\n\n>>> [picture 1, below]\n>>> ValueError: no',
    );
    expect(answer.content[1]).toEqual({ type: 'picture', url: 'data:image/png;base64,aGVsbG8=' });
    put(
      'odd.ipynb',
      JSON.stringify({ cells: [null, { source: 'x', outputs: 5 }, { outputs: [null, { data: null }] }] }),
    );
    expect(await read('odd.ipynb')).toBe(
      '[notebook of 3 cells]\n--- cell 1: cell\n\n--- cell 2: cell\nx\n--- cell 3: cell\n\n>>> \n>>> ',
    );
    put('broken.ipynb', '{"cells": 3}');
    await expect(read('broken.ipynb')).rejects.toThrow('is no notebook');
  });

  it('say of a PDF that is none, or a page that is not there, what is wrong', async () => {
    put('broken.pdf', '%PDF-1.4\nno more');
    await expect(read('broken.pdf')).rejects.toThrow('cannot be read as a PDF');
  });

  it('list a folder, and refuse what is no file', async () => {
    put('a.txt', '');
    expect(textOf(await fileRead({ path: folder }))).toBe('[folder of 1 entries]\na.txt');
    await expect(fileRead({ path: '/dev/null' })).rejects.toThrow('is no file');
    await expect(fileRead({ path: at('a.txt/b') })).rejects.toThrow('something in its path that is no folder');
  });

  it('write a new file, and an old one only when that is asked for', async () => {
    const path = put('old.txt', 'one\ntwo\n');
    await expect(fileWrite({ path, content: 'x' })).rejects.toThrow('exists');
    const answer = await fileWrite({ path, content: 'one\n2\n', overwrite: true });
    expect(textOf(answer)).toContain('-two\n+2');
    await fileWrite({ path: at('deep/er/new.txt'), content: 'text' });
    expect(readFileSync(at('deep/er/new.txt'), 'utf8')).toBe('text');
  });

  it.each(['new/', 'new/.', '.', '..'])('say of %s that it is no path of a file to write', async (path) => {
    await expect(fileWrite({ path: `${folder}/${path}`, content: 'x' })).rejects.toThrow('is the path of a folder');
    expect(existsSync(at('new'))).toBe(false);
  });

  it('say that a file is no folder to write into', async () => {
    put('file', 'x');
    for (const name of ['file/x', 'file/deep/x']) {
      await expect(fileWrite({ path: at(name), content: 'x' })).rejects.toThrow(
        'something in its path that is no folder',
      );
    }
  });

  it('write where a link leads, and keep the mode', async () => {
    writeFileSync(at('run.sh'), 'a\n', { mode: 0o755 });
    symlinkSync('run.sh', at('link.sh'));
    await fileEdit({ path: at('link.sh'), edits: [{ old_text: 'a', new_text: 'b' }] });
    expect(readFileSync(at('run.sh'), 'utf8')).toBe('b\n');
    expect(statSync(at('run.sh')).mode & 0o777).toBe(0o755);
  });

  it('edit all places or none, in the encoding and with the line ends of the file', async () => {
    const path = put('a.txt', Buffer.from('Grüße\r\nund mehr\r\n', 'latin1'));
    await fileEdit({ path, edits: [{ old_text: 'Grüße\nund', new_text: 'Grüß\noder' }] });
    expect(readFileSync(path)).toEqual(Buffer.from('Grüß\r\noder mehr\r\n', 'latin1'));
    await expect(fileEdit({ path, edits: [{ old_text: 'mehr', new_text: '€' }] })).rejects.toThrow('has no "€"');
    const edits = [
      { old_text: 'oder', new_text: 'und' },
      { old_text: 'nothing', new_text: '' },
    ];
    await expect(fileEdit({ path, edits })).rejects.toThrow('Edit 2 of');
    expect(readFileSync(path, 'latin1')).toContain('oder');
  });

  it('edit Latin-1 that ends in an accented letter, and nothing that would lose bytes', async () => {
    const path = put('a.txt', Buffer.from('hello\ncaf\xe9', 'latin1'));
    expect(await read('a.txt')).toContain('encoding: latin-1; lines 1 to 2 of 2]\n     1\thello\n     2\tcafé');
    await fileEdit({ path, edits: [{ old_text: 'hello', new_text: 'hi' }] });
    expect(readFileSync(path)).toEqual(Buffer.from('hi\ncaf\xe9', 'latin1'));
    const odd = put('odd.txt', Buffer.from([0xff, 0xfe, 0x61, 0, 0x62]));
    await expect(fileEdit({ path: odd, edits: [{ old_text: 'a', new_text: 'b' }] })).rejects.toThrow(
      'has bytes that are no utf-16le, and would lose them',
    );
  });

  it.each([
    ['Windows', 'a\r\nb\r\n', 'x\r\ny\r\nb\r\n'],
    ['Unix', 'a\nb\n', 'x\ny\nb\n'],
    ['Windows and one of Unix', 'a\r\nb\r\nc\n', 'x\r\ny\r\nb\r\nc\n'],
  ])('give lines that are added in one the line ends of %s that the file has', async (_, before, after) => {
    const path = put('a.txt', before);
    await fileEdit({ path, edits: [{ old_text: 'a', new_text: 'x\ny' }] });
    expect(readFileSync(path, 'utf8')).toBe(after);
  });

  it.each([
    ['is there more than once', 'a\nb\na\n', 'a', 'x', /2 times, in lines 1, 3/],
    ['differs in spaces', 'if  (x)\n', 'if (x)', 'x', /spaces or line ends alone/],
    ['goes on otherwise', 'begin\nmiddle\n', 'begin\nend', 'x', /first line is in line 1/],
    ['is what is there', 'a\n', 'a', 'a', /are the same/],
  ])('refuse an edit whose old text %s', async (_, content, oldText, newText, message) => {
    const path = put('a.txt', content);
    await expect(fileEdit({ path, edits: [{ old_text: oldText, new_text: newText }] })).rejects.toThrow(message);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('refuse edits of one place, and JSON that would be none', async () => {
    const path = put('a.json', '{"a": 1}\n');
    const overlapping = [
      { old_text: '"a": 1', new_text: '"a": 2' },
      { old_text: '1}', new_text: '3}' },
    ];
    await expect(fileEdit({ path, edits: overlapping })).rejects.toThrow('change the same place');
    await expect(fileEdit({ path, edits: [{ old_text: '1}', new_text: '1' }] })).rejects.toThrow('it would be no JSON');
    await fileEdit({ path, edits: [{ old_text: '1', new_text: '2' }] });
    expect(readFileSync(path, 'utf8')).toBe('{"a": 2}\n');
    expect(existsSync(at('a.json.tmp'))).toBe(false);
  });
});
