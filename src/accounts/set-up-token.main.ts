import { loadConfig } from '../platform/config/config.file.ts';
import { SetUpToken } from './set-up-token.file.ts';

/** Prints a token for setting up a further commune; the running service takes it at once. */
const token = await new SetUpToken(loadConfig().values.dataDirectory).get();
process.stdout.write(`${token}\n`);
