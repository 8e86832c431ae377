import type { IncomingMessage } from 'node:http';
import { isSecure } from '../auth/sessions/session-cookie';
import type { ServerConfig } from '../config/server.config';

/** Address of a chat in the web client, as whoever asks reaches the service. */
export function chatLink(
  chatId: string,
  request: Pick<IncomingMessage, 'headers'>,
  config: Pick<ServerConfig, 'port' | 'publicUrl' | 'basePath'>,
): string {
  const { publicUrl, basePath } = config;
  const scheme = isSecure(request, config) ? 'https' : 'http';
  const base = publicUrl === '' ? `${scheme}://${request.headers.host ?? ''}${basePath}` : publicUrl;
  return `${base}/#/chats/${chatId}`;
}
