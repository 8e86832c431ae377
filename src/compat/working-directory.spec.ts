import { folderInWorkspace, instructionsFor, settingsIn } from './working-directory';

describe('the working directory of a contract', () => {
  it.each([
    [undefined, '.'],
    ['', '.'],
    ['.', '.'],
    ['./', '.'],
    ['/tmp', '.'],
    ['/tmp/', '.'],
    ['/tmp/codex-empty', '.'],
    ['src', 'src'],
    ['./src//lib/', 'src/lib'],
    ['a/../b', 'b'],
    ['..a/b', '..a/b'],
  ])('%p is the folder %p of the workspace', (directory, folder) => {
    expect(folderInWorkspace(directory)).toBe(folder);
  });

  it.each(['/', '/etc', '/tmp/other', '/tmp/../etc', '..', '../x', 'a/../../x', 'a\nb', 'a`b', 'x'.repeat(501)])(
    '%p is refused, as it is outside of the workspace or no name of a folder',
    (directory) => {
      expect(() => folderInWorkspace(directory)).toThrow(
        expect.objectContaining({ status: 403, code: 'working_directory_not_allowed' }) as Error,
      );
    },
  );

  it('is told to the agent, with what else it is told, where it is not the workspace itself', () => {
    expect(instructionsFor('.')).toBeUndefined();
    expect(instructionsFor('.', 'Be brief.')).toBe('Be brief.');
    expect(instructionsFor('src')).toContain('`src`');
  });

  it.each([
    ['.', null],
    ['src', null],
    ['.', 'Be brief.'],
    ['src/lib', 'Be brief.\n\nVery.'],
  ])('is found again in what was told: %p with %p', (folder, instructions) => {
    expect(settingsIn(instructionsFor(folder, instructions) ?? null)).toEqual({ folder, instructions });
  });
});
