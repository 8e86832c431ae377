import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { StorageConfig } from '../config/storage.config';
import { DataDirectories } from '../runtime/data-directories';
import { templateJsonSchema } from './template-content';
import { TemplateFiles } from './template-files';

const silent = pino({ level: 'silent' });
const SHIPPED = [
  ...['code_reviewer', 'data_analyst', 'default', 'minimal', 'node_dev', 'python_dev', 'script_writer', 'test_writer'],
];

describe('templates that are files', () => {
  let dataRoot: string;
  let folder: string;
  let files: TemplateFiles;
  const write = (name: string, yaml: string): void => writeFileSync(join(folder, name), yaml);
  const valid = (name: string, more = ''): string =>
    `name: ${name}\ndescription: For a test\ninstructions: Do it.\n${more}`;
  let ahead = 0;
  /** As after the seconds in which what was read is believed. */
  const later = (): ReturnType<typeof files.all.get> => {
    ahead += 5_000;
    const now = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + ahead);
    try {
      return files.all.get('own');
    } finally {
      now.mockRestore();
    }
  };

  beforeEach(() => {
    dataRoot = mkdtempSync(join(tmpdir(), 'templates-'));
    folder = join(dataRoot, 'global_config', 'templates');
    mkdirSync(folder, { recursive: true });
    const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot }));
    files = new TemplateFiles(directories, silent);
  });
  afterEach(() => rmSync(dataRoot, { recursive: true, force: true }));

  it('are the eight of the service, each with a name, a purpose and instructions', () => {
    files.load();
    expect([...files.all.keys()]).toEqual(SHIPPED);
    for (const { content } of files.all.values()) expect(content.instructions.length).toBeGreaterThan(100);
  });

  it('of the operator stand in for those of the service, and take them away', () => {
    write('default.yaml', valid('Ours', 'effort: low\nmax_seconds: 60\nstarters: [{ title: Begin, prompt: Go }]\n'));
    write('minimal.yml', valid('Gone', 'disabled: true\n'));
    files.load();
    expect(files.all.get('default')?.content).toMatchObject({
      ...{ name: 'Ours', effort: 'low', maxSeconds: 60, starters: [{ title: 'Begin', prompt: 'Go' }] },
    });
    expect(files.all.get('minimal')).toMatchObject({ isDisabled: true });
  });

  it('are read anew when they change; a broken one leaves the old ones in force', () => {
    write('own.yaml', valid('First'));
    files.load();
    write('own.yaml', valid('The second'));
    expect(later()?.content.name).toBe('The second');
    write('own.yaml', valid('Third', 'effrot: low\n'));
    expect(later()?.content.name).toBe('The second');
    write('Not a name.yaml', valid('Nobody'));
    expect(later()?.content.name).toBe('The second');
    rmSync(join(folder, 'Not a name.yaml'));
    write('own.yaml', valid('The fourth one'));
    expect(later()?.content.name).toBe('The fourth one');
    rmSync(join(folder, 'own.yaml'));
    expect(later()).toBeUndefined();
  });

  it('of two files with one name are a fault, as only one could count', () => {
    write('own.yaml', valid('First'));
    write('own.yml', valid('Second'));
    expect(() => files.load()).toThrow(/own\.yml: own\.yaml is the same template; keep one/u);
  });

  it.each([
    ['own.yaml', valid('A', 'effrot: low\n'), /own\.yaml:4: .*"effrot".*allowed are name/u],
    ['own.yaml', 'name: A\ndescription: B\n', /own\.yaml:1: "instructions" is missing/u],
    ['own.yaml', valid('A', 'sandbox_mode: everything\n'), /own\.yaml:4: .*must be read-only, workspace-write/u],
    ['own.yaml', valid('A', 'temperature: 3\n'), /own\.yaml:4: .*a number from 0 to 2/u],
    ['own.yaml', 'name: [\n', /own\.yaml:\d: not valid YAML/u],
    ['Own Template.yaml', valid('A'), /small letters/u],
  ])('%j with %j stops the start in words', (name, yaml, words) => {
    write(name, yaml);
    expect(() => files.load()).toThrow(words);
  });

  it('have a schema for editors, which npm run docs:backends-schema writes', () => {
    const path = join(__dirname, '../../config/template.schema.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(templateJsonSchema())));
  });
});
