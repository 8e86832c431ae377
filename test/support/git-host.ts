import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TemporaryFolder } from './temporary-folder';

const HEADER_END = '\r\n\r\n';
const AUTHOR = ['-c', 'user.name=Host', '-c', 'user.email=host@localhost', '-c', 'init.defaultBranch=main'];

/** Git as a person at the host runs it. */
export const gitIn = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, ...AUTHOR, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** A real `git http-backend` behind basic authentication, with one repository. */
export class GitHost {
  /** Requests that it has let in, as `GET /name.git/info/refs`. */
  readonly served: string[] = [];
  /** Whether it answers nobody. */
  isSilent = false;
  /** Requests that it has not answered. */
  unanswered = 0;
  private readonly folder = new TemporaryFolder();
  private readonly server: Server;

  constructor(private readonly credential: { readonly username: string; readonly password: string }) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** @param fill what the first commit of `main` has */
  async start(fill: (folder: string) => void): Promise<void> {
    const work = this.clone;
    mkdirSync(work, { recursive: true });
    gitIn(work, 'init', '-q');
    fill(work);
    gitIn(work, 'add', '-A');
    gitIn(work, 'commit', '-qm', 'first');
    gitIn(this.folder.path, 'clone', '-q', '--bare', 'work', 'name.git');
    gitIn(this.bare, 'config', 'http.receivepack', 'true');
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  /** Host and port, as a setting names it. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/name.git`;
  }

  get bare(): string {
    return join(this.folder.path, 'name.git');
  }

  /** A working copy of somebody at the host. */
  get clone(): string {
    return join(this.folder.path, 'work');
  }

  /** Somebody else changes a file of a branch. */
  commit(name: string, content: string, branch = 'main'): void {
    gitIn(this.clone, 'fetch', '-q', this.bare, branch);
    gitIn(this.clone, 'checkout', '-q', '-B', branch, 'FETCH_HEAD');
    writeFileSync(join(this.clone, name), content);
    gitIn(this.clone, 'add', '-A');
    gitIn(this.clone, 'commit', '-qm', `change ${name}`);
    gitIn(this.clone, 'push', '-q', this.bare, branch);
  }

  /** A file of a branch as the host has it. */
  fileOf(branch: string, name: string): string {
    return gitIn(this.bare, 'show', `${branch}:${name}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.folder.remove();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isSilent) {
      this.unanswered += 1;
      return;
    }
    const { username, password } = this.credential;
    const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '/', 'http://host');
    this.served.push(`${request.method} ${pathname}`);
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...{
          PATH: process.env.PATH,
          GIT_PROJECT_ROOT: this.folder.path,
          GIT_HTTP_EXPORT_ALL: '1',
          PATH_INFO: pathname,
        },
        ...{ QUERY_STRING: search.slice(1), REQUEST_METHOD: request.method, REMOTE_USER: username },
        ...{
          CONTENT_TYPE: request.headers['content-type'] ?? '',
          GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        },
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(backend.stdin);
    backend.stdin.on('error', () => undefined);
    let head = '';
    let isBegun = false;
    for await (const chunk of backend.stdout as AsyncIterable<Buffer>) {
      if (isBegun) {
        response.write(chunk);
        continue;
      }
      head += chunk.toString('latin1');
      const end = head.indexOf(HEADER_END);
      if (end === -1) continue;
      isBegun = true;
      const fields = head
        .slice(0, end)
        .split('\r\n')
        .map((line) => line.split(': ') as [string, string]);
      const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200';
      response.writeHead(parseInt(status, 10), Object.fromEntries(fields.filter(([name]) => name !== 'Status')));
      response.write(Buffer.from(head.slice(end + HEADER_END.length), 'latin1'));
    }
    response.end();
  }
}
