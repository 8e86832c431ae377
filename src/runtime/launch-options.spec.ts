import { launchArguments } from './launch-options';

describe('launchArguments', () => {
  const settings = {
    baseUrl: 'http://127.0.0.1:1/v1',
    catalogFile: null,
    commandVariables: { PATH: '/a "b"\\c', TZ: 'UTC' },
    hasOwnTmp: false,
    opensImages: true,
    streamIdleTimeoutMs: 1000,
  };

  it('writes settings as TOML, whatever the values contain', () => {
    const policy = launchArguments(settings).find((argument) => argument.startsWith('shell_environment_policy'));
    expect(policy).toBe('shell_environment_policy={"inherit"="none","set"={"PATH"="/a \\"b\\"\\\\c","TZ"="UTC"}}');
  });

  it('names the catalog only when there is one', () => {
    const catalogOf = (catalogFile: string | null) =>
      launchArguments({ ...settings, catalogFile }).filter((argument) => argument.startsWith('model_catalog_json'));
    expect(catalogOf(null)).toEqual([]);
    expect(catalogOf('/c.json')).toEqual(['model_catalog_json="/c.json"']);
  });
});
