import { Readable } from 'node:stream';
import { ComponentLogger } from '../../common/logger';
import { LineSplitter } from '../rpc/line-splitter';

const MAX_LINE_BYTES = 8 * 1024;

/** Writes what codex says on stderr to the log at debug, a line each, cut at 8 KiB. */
export function logErrorOutput(stream: Readable, logger: ComponentLogger): void {
  const lines = new LineSplitter(MAX_LINE_BYTES);
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    for (const line of lines.push(chunk)) {
      logger.debug({ stderr: line.kind === 'whole' ? line.text : `${line.head}… (${line.bytes} bytes)` }, 'codex');
    }
  });
}
