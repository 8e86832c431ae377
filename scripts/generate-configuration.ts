// Writes docs/configuration.md and .env.example from the configuration classes in src/config.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage, envExample } from './configuration-documents';

const root = join(__dirname, '..');
writeFileSync(join(root, 'docs', 'configuration.md'), configurationPage());
writeFileSync(join(root, '.env.example'), envExample());
