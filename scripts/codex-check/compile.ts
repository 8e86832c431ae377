import { join, relative } from 'node:path';
import ts from 'typescript';
import { REPOSITORY } from './codex-package';
import type { GeneratedTypes } from './type-changes';

const GENERATED = join(REPOSITORY, 'src', 'app-server', 'protocol', 'generated');

/** What the compiler says of the service's own code when the generated types are these. */
export function compileErrors(types: GeneratedTypes): string[] {
  const { config } = ts.readConfigFile(join(REPOSITORY, 'tsconfig.build.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, REPOSITORY);
  const host = hostWith(types, { ...options, noEmit: true, incremental: false, tsBuildInfoFile: undefined });
  const isGenerated = (file: string): boolean => file.startsWith(GENERATED);
  const program = ts.createProgram(
    fileNames.filter((file) => !isGenerated(file)),
    host.options,
    host.host,
  );
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    if (diagnostic.file === undefined) return text;
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    return `${relative(REPOSITORY, diagnostic.file.fileName)}:${line + 1} ${text}`;
  });
}

/** A host that sees the given texts in place of the generated files. */
function hostWith(types: GeneratedTypes, options: ts.CompilerOptions) {
  const host = ts.createCompilerHost(options, true);
  const given = (file: string): string | undefined =>
    file.startsWith(GENERATED) ? types.get(relative(GENERATED, file)) : undefined;
  const isGenerated = (file: string): boolean => file.startsWith(GENERATED) && file.endsWith('.ts');
  const original = { ...host };
  host.fileExists = (file) => (isGenerated(file) ? given(file) !== undefined : original.fileExists(file));
  host.readFile = (file) => (isGenerated(file) ? given(file) : original.readFile(file));
  host.getSourceFile = (file, languageVersion, ...rest) => {
    if (!isGenerated(file)) return original.getSourceFile(file, languageVersion, ...rest);
    const text = given(file);
    return text === undefined ? undefined : ts.createSourceFile(file, text, languageVersion, true);
  };
  return { host, options };
}
