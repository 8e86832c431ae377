import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

/**
 * A bundle of one certificate for codex itself.
 *
 * Codex loads the system's roots anew for every turn (quirk `certificate-roots`). Its only peer here is the gateway on
 * loopback, without TLS.
 */
export class CertificateBundle {
  /** For SSL_CERT_FILE. */
  readonly file: string;
  /** For SSL_CERT_DIR; stays empty. */
  readonly folder: string;

  constructor(parent: string) {
    this.file = join(parent, 'one-certificate.pem');
    this.folder = join(parent, 'no-certificates');
  }

  async write(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(this.file, `${rootCertificates[0] ?? ''}\n`, { mode: 0o600 });
  }
}
