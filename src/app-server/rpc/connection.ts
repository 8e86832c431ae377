import {
  CancellationReceiverStrategy,
  CancellationStrategy,
  createMessageConnection,
  Message,
  MessageConnection,
  MessageStrategy,
  RequestMessage,
} from 'vscode-jsonrpc/node';
import { ComponentLogger } from '../../common/logger';
import { LineMessageReader, MESSAGES_CAME } from './message-reader';
import { LineMessageWriter } from './message-writer';

/**
 * A connection of the library between the lines of one app-server. The handler of requests is given the whole request as
 * the parameters, because the library keeps its id to itself and codex withdraws and repeats requests by their ids.
 */
export function connectLines(
  reader: LineMessageReader,
  writer: LineMessageWriter,
  logger: ComponentLogger,
): MessageConnection {
  const ownLogger = {
    error: (message: string) => logger.error(message),
    warn: (message: string) => logger.warn(message),
    info: (message: string) => logger.info(message),
    log: (message: string) => logger.debug(message),
  };
  const connection = createMessageConnection(reader, writer, ownLogger, {
    messageStrategy: allTogether(reader),
    cancellationStrategy: unsent(reader),
  });
  // A process that ends closes its streams under a read or a write (EPIPE); its exit is reported elsewhere.
  connection.onError(([error]) => logger.debug({ err: error }, 'a stream of the app-server has failed'));
  return connection;
}

/** Handles all that has come in one turn of the event loop, in its order. */
const allTogether = (reader: LineMessageReader): MessageStrategy => ({
  handleMessage: (message, next) => {
    if (message !== MESSAGES_CAME) return next(message);
    // Not awaited: a request is under way until somebody has answered it. What a handler throws, the library logs.
    for (const each of reader.take()) void next(withIdOfRequest(each));
  },
});

const withIdOfRequest = (message: Message): Message | RequestMessage =>
  Message.isRequest(message) ? { ...message, params: message } : message;

/**
 * Cancelling a request sends nothing, since codex knows no cancellation. It ends the wait, which the library would keep up as
 * long as there is no answer.
 */
const unsent = (reader: LineMessageReader): CancellationStrategy => ({
  receiver: CancellationReceiverStrategy.Message,
  sender: {
    sendCancellation: (_connection, id) => Promise.resolve(reader.answerUnread(id, 'no answer before the deadline')),
    cleanup: () => undefined,
  },
});
