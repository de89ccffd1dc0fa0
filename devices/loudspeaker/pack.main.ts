/**
 * Packs the box on a pole: `pack.main [DIRECTORY]` writes DIRECTORY/loa-lang-loudspeaker-VERSION.tar.gz (default: dist).
 * ffmpeg, aplay and gpioset come from the system.
 */
import { pack } from '../link/pack.vite.ts';

const programs = ['loudspeaker.main', 'wav-sink.main'];
const external = ['ffmpeg-static', '@ffmpeg-installer/ffmpeg'];
process.stdout.write(`${await pack({ box: 'loudspeaker', programs, external }, process.argv[2])}\n`);
