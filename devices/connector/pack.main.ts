/** Packs the cameras of a site: `pack.main [DIRECTORY]` writes DIRECTORY/loa-lang-connector-VERSION.tar.gz (default: dist). */
import { pack } from '../link/pack.vite.ts';

const programs = ['connector.main'];
process.stdout.write(`${await pack({ box: 'connector', programs, external: [] }, process.argv[2])}\n`);
