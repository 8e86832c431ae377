import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { codexUnderTest } from '../../support/codex-under-test';
import { eventually } from '../../support/eventually';
import type { LiveInstance } from './instances';

const PROXY = join(__dirname, 'codex-proxy.mjs');
const FOLDER = 'codex_proxy';

/** What can befall what codex says; see codex-proxy.mjs. */
export type StreamFault =
  { readonly kind: 'torn' | 'garbage' | 'oversized' | 'stall' } | { readonly kind: 'lost'; readonly method: string };

/** Puts a proxy before the real codex of a service with this data root. To be passed as ServiceOptions.prepare. */
export function withCodexProxy(dataRoot: string): Record<string, string> {
  const folder = join(dataRoot, FOLDER);
  const { path: real, toolPath } = codexUnderTest();
  mkdirSync(join(folder, 'bin'), { recursive: true });
  // The service looks for the programs that codex needs beside the binary.
  for (const tools of toolPath) symlinkSync(tools, join(folder, basename(tools)));
  const script = [
    '#!/bin/sh',
    `case $1 in app-server) exec '${process.execPath}' '${PROXY}' '${folder}' '${real}' "$@" ;; esac`,
    `exec '${real}' "$@"`,
  ];
  const binary = join(folder, 'bin', 'codex');
  writeFileSync(binary, `${script.join('\n')}\n`, { mode: 0o755 });
  return { CODEX_BINARY_PATH: binary };
}

/** The instance that a fault was meant for has ended, or fallen silent, before it could be made. */
export class FaultNotMadeError extends Error {
  override readonly name = 'FaultNotMadeError';
}

/** Makes a fault in what an instance says; resolves once it was made. @throws FaultNotMadeError */
export async function breakStream(dataRoot: string, { pid }: LiveInstance, fault: StreamFault): Promise<void> {
  const file = join(dataRoot, FOLDER, `${pid}.json`);
  writeFileSync(file, JSON.stringify(fault));
  process.kill(pid, 'SIGUSR2');
  await eventually(`the fault ${fault.kind} was made`, () => !existsSync(file)).catch((cause: unknown) => {
    throw new FaultNotMadeError(`${fault.kind} was not made`, { cause });
  });
}
