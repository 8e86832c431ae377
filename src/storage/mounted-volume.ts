import { readFile } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';

const MOUNTS = '/proc/self/mountinfo';
/** Of a line of it: `36 35 98:0 /root /mount/point ...`; see proc_pid_mountinfo(5). */
const MOUNT_POINT = 4;

/**
 * Whether a folder lies below a mount point other than that of the whole machine or container: that of a volume.
 *
 * @param folder absolute path without links
 * @throws Error where the system does not tell: volumes are known on Linux only
 */
export async function isOnMountedVolume(folder: string): Promise<boolean> {
  const lines = (await readFile(MOUNTS, 'utf8')).split('\n');
  const points = lines.map((line) => unescaped(line.split(' ')[MOUNT_POINT] ?? '')).filter(isAbsolute);
  return points.some((point) => point !== sep && (folder === point || folder.startsWith(`${point}${sep}`)));
}

/** Spaces and the like are octal numbers there. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
