import { DefaultNamingStrategy } from 'typeorm';

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `createdAt` in the code is `created_at` in the database, and `usage.totalTokens` is `usage_total_tokens`. */
export class SnakeCaseNaming extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined, embeddedPrefixes: string[] = []): string {
    return customName ?? [...embeddedPrefixes, propertyName].map(snakeCase).join('_');
  }
}
