import { markdownBeginning } from './markdown-fold';

const words = (count: number): string => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');

describe('the beginning of a long answer', () => {
  it('is all of an answer that is not long', () => {
    expect(markdownBeginning('short', 100)).toBe('short');
  });

  it('ends with a block', () => {
    const text = `${words(20)}\n\n${words(20)}\n\n${words(200)}`;
    expect(markdownBeginning(text, 800)).toBe(`${words(20)}\n\n${words(20)}`);
  });

  it('does not end at a blank line in code', () => {
    const text = `${words(40)}\n\n\`\`\`ts\nconst a = 1;\n\nconst b = 2;\n${'x = 1;\n'.repeat(200)}\`\`\``;
    expect(markdownBeginning(text, 800)).toBe(words(40));
  });

  it('closes code that it has to cut', () => {
    const text = `\`\`\`\`ts\n${'x = 1;\n'.repeat(500)}\`\`\`\``;
    const beginning = markdownBeginning(text, 800);
    expect(beginning.length).toBeLessThan(420);
    expect(beginning).toMatch(/^````ts\n(?:x = 1;\n)+````$/);
  });

  it('cuts a text of one line', () => {
    expect(markdownBeginning('x'.repeat(1_000), 800)).toBe('x'.repeat(400));
  });
});
