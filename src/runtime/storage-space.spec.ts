import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { TemporaryFolder } from '../../test/support/temporary-folder';
import { StorageConfig } from '../config/storage.config';
import { DataDirectories } from './data-directories';
import { StorageSpace } from './storage-space';

const MIB = 1024 * 1024;

describe('the space on the disk', () => {
  const folder = new TemporaryFolder();
  const config = Object.assign(new StorageConfig(), { dataRoot: folder.path, floorMb: 100, reserveMb: 1 });
  const reserve = join(folder.path, 'db', 'reserve');
  let freeMb: number;
  let space: StorageSpace;

  beforeAll(() => mkdirSync(join(folder.path, 'db')));
  beforeEach(() => {
    const directories = new DataDirectories(config);
    space = new StorageSpace(config, directories, pino({ level: 'silent' }), () => Promise.resolve(freeMb * MIB));
  });
  afterAll(() => folder.remove());

  const at = async (megabytes: number): Promise<boolean> => {
    freeMb = megabytes;
    await space.check();
    return space.isLow;
  };

  it('is low below the floor, and enough again only when some more is free', async () => {
    expect(await at(120)).toBe(false);
    expect(await at(99)).toBe(true);
    expect(await at(105)).toBe(true);
    expect(await at(111)).toBe(false);
  });

  it('has a reserve that is given up once and taken again when there is enough', async () => {
    await at(200);
    expect(existsSync(reserve)).toBe(true);
    await at(0);
    expect(space.isFull).toBe(true);
    await space.release();
    expect(existsSync(reserve)).toBe(false);
    // What the reserve has freed is no space for others.
    expect(await at(100)).toBe(true);
    expect(existsSync(reserve)).toBe(false);
    expect(await at(112)).toBe(false);
    expect(existsSync(reserve)).toBe(true);
  });
});
