// Lets a plain node run the sources: `node -r ts-register.cjs program.ts`. For programs that a test has to kill.
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const jsc = {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  };
  module._compile(transformFileSync(filename, { jsc, module: { type: 'commonjs' }, swcrc: false }).code, filename);
};
