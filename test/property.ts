import fc from 'fast-check';
import { seed } from './faults/seed.ts';

fc.configureGlobal({ seed });

/** fast-check, drawing from the seed of the tests (LOA_SEED). Specs take it from here. */
export { fc };
