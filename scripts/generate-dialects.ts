// Writes docs/dialects.md from what the gateway knows of each type of provider.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dialectsPage } from './dialect-documents';

writeFileSync(join(__dirname, '..', 'docs', 'dialects.md'), dialectsPage());
