import { t } from '../../languages/text';
/** What a command asks of the network, as far as codex tells: a place by its protocol, else all of its words. */
export function networkInWords(network: object): string {
  const { host, protocol, port } = network as Partial<Record<string, unknown>>;
  if (typeof host !== 'string') return JSON.stringify(network);
  const place = typeof port === 'number' ? `${host}:${port}` : host;
  return typeof protocol === 'string' ? t('{{place}}, by {{protocol}}', { place, protocol }) : place;
}
