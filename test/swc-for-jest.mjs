import { createTransformer } from '@swc/jest';

/**
 * Jest runs files in a context of its own, where each look at a global goes through an interceptor: sums over samples,
 * which ask `Math` for every one, took twenty times as long as in Node. A module therefore looks these up once.
 */
const names = ['Math', 'Number', 'String', 'Array', 'Object', 'Map', 'Set', 'RegExp', 'BigInt'];

const withOnce = (output) => {
  const code = typeof output === 'string' ? output : output.code;
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  const once = used.map((name) => `const ${name} = globalThis.${name};`).join('');
  // On the first line: every line keeps its number.
  return { ...(typeof output === 'string' ? {} : output), code: once + code };
};

export default {
  createTransformer(options) {
    const swc = createTransformer(options);
    return {
      ...swc,
      getCacheKey: (...given) => `${swc.getCacheKey(...given)}-globals-once`,
      process: (...given) => withOnce(swc.process(...given)),
      processAsync: async (...given) => withOnce(await swc.processAsync(...given)),
    };
  },
};
