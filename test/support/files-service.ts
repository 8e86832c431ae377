import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RelayService } from './service';

/** With small limits of files, a scan of them, and a corpus of the operator's. */
export const startFilesService = (modelUrl: string, clamdPort: number): Promise<RelayService> =>
  RelayService.start({
    modelUrl,
    environment: {
      ...{ ALLOW_USER_ID_OVERRIDE: 'true', CODEX_POOL_SIZE: '1', CLAMD_HOST: `127.0.0.1:${clamdPort}` },
      ...{ UPLOAD_FILE_MAX_MB: '8', ATTACHMENT_MAX_MB: '2', ATTACHMENTS_MAX: '4' },
    },
    prepare: (dataRoot) => {
      mkdirSync(join(dataRoot, 'read_dir'), { recursive: true });
      writeFileSync(join(dataRoot, 'read_dir', 'corpus.txt'), 'of the operator');
    },
  });
