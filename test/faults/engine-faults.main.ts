/** `engine-faults.main.js COUNT SEED`: runs the faults on the build beside it and prints their figures. */
import { engineFaults } from './engine-faults.ts';

const [count = '100', seed = '1'] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await engineFaults(Number(count), Number(seed)))}\n`);
process.exit(0);
