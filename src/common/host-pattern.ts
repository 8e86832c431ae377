/** Whether an address is on a host that a setting names. @param pattern `host`, `*.host`, each with a port where it is not the protocol's own */
export function matchesHost({ hostname, port }: URL, pattern: string): boolean {
  const [host = '', ownPort = ''] = pattern.split(':');
  if (port !== ownPort) return false;
  return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host;
}
