import { languageNamed, languageOfFile } from './languages';

describe('the language of code', () => {
  it.each([
    ['ts', 'typescript'],
    ['Bash', 'shellscript'],
    ['C++', 'cpp'],
    ['brainfuck', null],
    ['', null],
  ])('%j is known by that name', (name, language) => expect(languageNamed(name)).toBe(language));

  it.each([
    ['src/app.module.ts', 'typescript'],
    ['Dockerfile', 'docker'],
    ['deploy/Dockerfile.dev', 'docker'],
    ['Makefile', 'make'],
    ['.env', 'ini'],
    ['notes', null],
    ['', null],
  ])('in %j is known by the file', (path, language) => expect(languageOfFile(path)).toBe(language));
});
