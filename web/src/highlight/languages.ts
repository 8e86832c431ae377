/** Names of a grammar: of the language as blocks of code have it, and the ends of files. */
const NAMES = {
  c: 'h',
  cpp: 'c++ cc cxx hpp hh',
  csharp: 'c# cs',
  css: '',
  dart: '',
  diff: 'patch',
  docker: 'dockerfile containerfile',
  elixir: 'ex exs',
  go: 'golang',
  graphql: 'gql',
  haskell: 'hs',
  hcl: 'terraform tf tfvars',
  html: 'htm',
  ini: 'conf cfg properties env editorconfig',
  java: '',
  javascript: 'js mjs cjs node',
  json: 'jsonc json5 jsonl webmanifest',
  jsx: '',
  kotlin: 'kt kts',
  lua: '',
  make: 'makefile mk',
  markdown: 'md mdx',
  perl: 'pl pm',
  php: '',
  powershell: 'ps ps1 psm1',
  proto: 'protobuf',
  python: 'py pyi py3',
  r: '',
  ruby: 'rb rakefile gemfile gemspec',
  rust: 'rs',
  scala: 'sbt',
  scss: 'sass',
  shellscript: 'sh bash zsh shell console shellsession ksh bashrc',
  sql: 'sqlite postgresql mysql psql',
  svelte: '',
  swift: '',
  toml: '',
  tsx: '',
  typescript: 'ts mts cts',
  vue: '',
  xml: 'svg xsl xsd plist csproj',
  yaml: 'yml',
  zig: '',
} as const satisfies Record<string, string>;

export type Language = keyof typeof NAMES;

const byName = new Map<string, Language>(
  Object.entries(NAMES).flatMap(([name, others]) =>
    [name, ...others.split(' ')].map((alias): [string, Language] => [alias, name as Language]),
  ),
);
byName.delete('');

/** The grammar for what a block of code says it is; null: none of them. */
export const languageNamed = (name: string): Language | null => byName.get(name.toLowerCase()) ?? null;

/** The grammar for a file, by the end of its name, or all of it. */
export function languageOfFile(path: string): Language | null {
  const name = (path.split('/').pop() ?? '').toLowerCase();
  return languageNamed(name.split('.').pop() ?? '') ?? languageNamed(name.split('.')[0] ?? '');
}
