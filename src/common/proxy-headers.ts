import type { IncomingHttpHeaders } from 'node:http';

/** What proxies, load balancers and content networks add: the peer of such a request is not the client. */
const NAMES = new Set([
  ...['forwarded', 'via', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'x-true-client-ip', 'client-ip'],
  ...['x-cluster-client-ip', 'x-remote-ip', 'x-remote-addr', 'x-proxyuser-ip', 'x-original-host', 'x-original-url'],
  ...['x-original-forwarded-for', 'x-host', 'x-scheme', 'x-nginx-proxy', 'x-proxy-user', 'x-rewrite-url'],
  ...['x-azure-clientip', 'x-azure-socketip', 'x-azure-ref', 'x-arr-ssl', 'x-arr-log-id', 'x-amzn-trace-id'],
  ...['x-cloud-trace-context', 'x-appengine-user-ip', 'x-nf-client-connection-ip', 'do-connecting-ip', 'cdn-loop'],
  ...['fastly-client-ip', 'fly-client-ip', 'incap-client-ip', 'x-sucuri-clientip', 'x-akamai-edgescape'],
]);
const PREFIXES = ['x-forwarded', 'cf-', 'x-envoy-', 'x-vercel-', 'tailscale-'] as const;

/** The name of the first header that only a proxy sends; undefined where there is none. */
export function proxyHeaderOf(headers: IncomingHttpHeaders): string | undefined {
  return Object.keys(headers).find((name) => NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix)));
}
