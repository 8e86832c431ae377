import { globSync, readFileSync } from 'node:fs';

describe('the classes of requests and answers', () => {
  it('have names of their own, as the OpenAPI document knows them by these alone', () => {
    const seen = new Map<string, string>();
    const twice: string[] = [];
    for (const file of globSync('src/**/*dto.ts')) {
      for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/^export class (\w+(?:Dto|Data))\b/gm)) {
        const earlier = seen.get(name);
        if (earlier !== undefined) twice.push(`${name}: ${earlier}, ${file}`);
        seen.set(name, file);
      }
    }
    expect(seen.size).toBeGreaterThan(100);
    expect(twice).toEqual([]);
  });
});
