import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PreparationDto, StatusDto } from '../../src/observability/health.dto';
import { eventually } from './eventually';
import type { RelayClient } from './relay-client';
import { RelayService } from './service';
import { writeTinyWheel } from './tiny-wheel';

/** With small limits of files, a scan of them, a corpus of the operator's, and a Python with the library `tinyone`. */
export const startFilesService = (modelUrl: string, clamdPort: number): Promise<RelayService> =>
  RelayService.start({
    modelUrl,
    environment: {
      ...{ ALLOW_USER_ID_OVERRIDE: 'true', CODEX_POOL_SIZE: '1', CLAMD_HOST: `127.0.0.1:${clamdPort}` },
      ...{ UPLOAD_FILE_MAX_MB: '8', ATTACHMENT_MAX_MB: '2', ATTACHMENTS_MAX: '4' },
    },
    prepare: async (dataRoot) => {
      mkdirSync(join(dataRoot, 'read_dir'), { recursive: true });
      writeFileSync(join(dataRoot, 'read_dir', 'corpus.txt'), 'of the operator');
      const wheels = join(dataRoot, 'wheels');
      mkdirSync(wheels);
      await writeTinyWheel(wheels, 'tinyone', 'one');
      return {
        ...{ RUNTIME_PREPARE: 'true', DEFAULT_ALLOWED_PYTHON_LIBS: 'tinyone' },
        ...{ PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels },
      };
    },
  });

/** The prepared runtime, once it is ready or has failed. */
export const runtimeOf = (client: RelayClient): Promise<PreparationDto> =>
  eventually(
    'the runtime is prepared',
    async () => {
      const { runtime } = (await client.request<StatusDto>('GET', '/status')).body;
      return runtime.state === 'preparing' ? undefined : runtime;
    },
    120_000,
  );
