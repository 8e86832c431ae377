import type S3Program from '@20minutes/s3rver';
import { S3Config } from '../../src/config/s3.config';
import { TemporaryFolder } from './temporary-folder';

/** Secrets of the program; nothing that is printed may show them. */
export const S3_KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
export const BUCKET = 'pictures';

/** A real program with the API of S3, with one bucket, in a folder of its own. */
export class S3Server {
  private isStopped = false;

  private constructor(
    private readonly program: S3Program,
    private readonly folder: TemporaryFolder,
    readonly port: number,
  ) {}

  static async start(): Promise<S3Server> {
    const folder = new TemporaryFolder();
    const { default: Program } = await import('@20minutes/s3rver');
    const program = new Program({
      ...{ address: '127.0.0.1', port: 0, silent: true, directory: folder.path },
      // It leaves out the slash behind a bucket's name that the AWS SDK signs; unknown keys it refuses nevertheless.
      allowMismatchedSignatures: true,
      configureBuckets: [{ name: BUCKET, configs: [] }],
    });
    const { port } = await program.run();
    return new S3Server(program, folder, port);
  }

  /** Settings with which it is reached. @param port of a proxy in front of it */
  settings(change: Partial<S3Config> & { port?: number } = {}): S3Config {
    const { port = this.port, ...others } = change;
    const endpoint = `http://127.0.0.1:${port}`;
    return Object.assign(new S3Config(), { bucket: BUCKET, ...S3_KEYS, endpoint, timeoutSeconds: 15, ...others });
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    await this.program.close();
    this.folder.remove();
  }
}
