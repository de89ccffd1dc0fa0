// Lets Node run the source tree's TypeScript (decorators and all) where a unit test starts one of our programs:
// `node --import ./test/typescript-loader.mjs src/…/x.main.ts`. The product itself runs from dist, without this.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
