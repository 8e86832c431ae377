import { Counter, Gauge } from 'prom-client';
import { countFromZero } from '../common/count-from-zero';

const OPERATIONS = ['put', 'read', 'remove', 'list'] as const;
export type StorageOperation = (typeof OPERATIONS)[number];

export const storedBlobs = new Gauge({
  name: 'codex_relay_blobs',
  help: 'Blobs in the store, pictures of messages, with those that are on their way there or about to go; as of the last sweep',
});

export const storedBytes = new Gauge({
  name: 'codex_relay_blob_bytes',
  help: 'Bytes of the blobs in the store; as of the last sweep',
});

export const blobBytesWritten = new Counter({
  name: 'codex_relay_blob_written_bytes_total',
  help: 'Bytes that were stored as blobs',
});

export const blobFailures = new Counter({
  name: 'codex_relay_blob_store_failures_total',
  help: 'What the store of blobs could not do, by operation',
  labelNames: ['operation'] as const,
});
countFromZero(blobFailures, 'operation', OPERATIONS);

/** `orphan`: a blob that nothing refers to; `unknown`: an object that no row tells of; `upload`: what was cut off on its way. */
const SWEPT = ['orphan', 'unknown', 'upload'] as const;

export const blobsSwept = new Counter({
  name: 'codex_relay_blobs_swept_total',
  help: 'What sweeps have removed from the store of blobs, by what it was',
  labelNames: ['kind'] as const,
});
countFromZero(blobsSwept, 'kind', SWEPT);

export const blobSweeps = new Counter({
  name: 'codex_relay_blob_sweeps_total',
  help: 'Sweeps of the store of blobs, by whether they came to their end',
  labelNames: ['result'] as const,
});
countFromZero(blobSweeps, 'result', ['completed', 'failed']);
