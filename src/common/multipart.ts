import type { Request } from 'express';
import multer, { MulterError, StorageEngine } from 'multer';
import type { Exchange } from './content-answer';
import { DomainError, invalid, tooLarge } from './domain.error';

/** A file of a form while it comes in; its content is to be taken to its end. */
export interface IncomingFile {
  readonly fieldName: string;
  /** As the sender has called it; may hold folders, and is not to be believed. */
  readonly fileName: string;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface FormLimits {
  readonly maxFiles: number;
  /** Of a field that is no file. */
  readonly maxFieldBytes: number;
}

export interface ReceivedForm<T> {
  /** What became of each file, in the order in which they came. */
  readonly files: readonly T[];
  readonly fields: Readonly<Record<string, unknown>>;
}

const MAX_FIELDS = 50;
/** How long a sender may go on sending what is refused. */
const REFUSED_MS = 5_000;
/** A sender that sends nothing for so long is gone. */
const SILENCE_MS = 60_000;

/**
 * Takes in a form of `multipart/form-data`, file after file, each as it comes: nothing of them is held.
 *
 * @param take stores a file. Where the form breaks off or is refused what it has stored before is the caller's to undo
 * @throws DomainError 415 `unsupported_media_type`, 400 `invalid_body`, `too_many_files`, `request_aborted`, 413
 * `payload_too_large`; what `take` throws
 */
export async function receiveForm<T>(
  { request, response }: Exchange,
  { maxFiles, maxFieldBytes }: FormLimits,
  take: (file: IncomingFile) => Promise<T>,
): Promise<ReceivedForm<T>> {
  if (!request.is('multipart/form-data')) throw UNSUPPORTED;
  const files: T[] = [];
  let previous: Promise<unknown> = Promise.resolve();
  let fault: unknown;
  const { promise: refused, reject: refuse } = Promise.withResolvers<never>();
  refused.catch(() => undefined);
  const storage: StorageEngine = {
    _handleFile: (_, { fieldname, originalname, stream }, done) => {
      const taking = previous.then(async () => {
        files.push(await take({ fieldName: fieldname, fileName: originalname, content: stream }));
      });
      previous = taking;
      taking.then(
        () => done(null, {}),
        (error: unknown) => {
          fault ??= error;
          refuse(error);
          stream.resume();
          done(error);
        },
      );
    },
    _removeFile: (_, __, done) => done(null),
  };
  const limits = { files: maxFiles, fields: MAX_FIELDS, fieldSize: maxFieldBytes, fieldNestingDepth: 0 };
  const receive = multer({ storage, limits, defParamCharset: 'utf8', preservePath: true }).any();
  const received = new Promise<void>((resolve, reject) => {
    receive(request, response, (error: unknown) => (error ? reject(formErrorOf(error)) : resolve()));
  });
  received.catch(() => undefined);
  const stopWatching = watchSilence(request);
  try {
    await Promise.race([received, refused]);
    return { files, fields: { ...(request.body as Record<string, unknown> | undefined) } };
  } catch (error) {
    endRefused({ request, response });
    // Nothing is taken any more when the caller undoes what was.
    await previous.catch(() => undefined);
    // A file that is not taken breaks the form off: what was wrong with the file is why.
    throw formErrorOf(fault ?? error);
  } finally {
    stopWatching();
  }
}

/** The body of a request as it comes. @throws DomainError 400 `request_aborted`, 415 `unsupported_encoding` */
export async function* bodyOf(request: Request): AsyncGenerator<Uint8Array, void, void> {
  const encoding = request.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new DomainError(415, 'unsupported_encoding', `A file is taken as it is, without the encoding "${encoding}".`);
  }
  const stopWatching = watchSilence(request);
  try {
    for await (const chunk of request) yield chunk as Uint8Array;
  } catch (error) {
    throw BROKEN_OFF(error);
  } finally {
    stopWatching();
  }
  if (!request.complete) throw BROKEN_OFF();
}

/** Lets go of a sender whose body is not wanted, once it has had time to read the answer. */
export function endRefused({ request, response }: Exchange): void {
  if (request.complete || request.destroyed) return;
  if (!response.headersSent) response.set('Connection', 'close');
  request.resume();
  const timer = setTimeout(() => request.destroy(), REFUSED_MS).unref();
  request.once('close', () => clearTimeout(timer));
}

/** Of a slow line something comes now and then. Returns how to stop. */
function watchSilence(request: Request): () => void {
  const { socket } = request;
  let bytes = socket.bytesRead;
  let silentMs = 0;
  const step = SILENCE_MS / 12;
  const timer = setInterval(() => {
    // What waits for the disk is not the sender's silence.
    silentMs = socket.bytesRead === bytes && !request.isPaused() ? silentMs + step : 0;
    bytes = socket.bytesRead;
    if (silentMs >= SILENCE_MS) request.destroy();
  }, step).unref();
  return () => clearInterval(timer);
}

function formErrorOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (!(error instanceof MulterError)) return BROKEN_OFF(error);
  switch (error.code) {
    case 'LIMIT_FILE_COUNT':
      return invalid('too_many_files', 'The form has more files than one request may have.');
    case 'LIMIT_FIELD_VALUE':
      return tooLarge('payload_too_large', `The field "${error.field ?? ''}" is too large.`);
    default:
      return invalid('invalid_body', `The form cannot be read: ${error.message}.`);
  }
}

const BROKEN_OFF = (cause?: unknown): DomainError =>
  new DomainError(400, 'request_aborted', 'The body broke off, or is no form; nothing of it was kept.', { cause });
const UNSUPPORTED = new DomainError(
  415,
  'unsupported_media_type',
  'Files are sent as a form: the header Content-Type must say multipart/form-data.',
);
