import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { commandOf } from '../../test/stage/processes.ts';
import { until } from '../../test/stage/program.ts';

/** A process that runs a program which would go on for ten minutes, and says its number. */
const PARENT = `
  const { runProgram } = await import(process.argv[1]);
  const onOutput = (text) => process.stdout.write(text);
  if (process.argv[2] === 'SIGTERM') process.once('SIGTERM', () => process.exit(0));
  await runProgram('/bin/sh', ['-c', 'echo $$; exec sleep 600'], { deadlineMs: 600_000, late: new Error(), onOutput });
`;

test.each(process.platform === 'linux' ? (['SIGTERM', 'SIGKILL'] as const) : (['SIGTERM'] as const))(
  'a program ends with a parent that gets %s',
  async (signal) => {
    const loader = fileURLToPath(new URL('../../test/typescript-loader.mjs', import.meta.url));
    const module = new URL('./program.process.ts', import.meta.url).href;
    const parameters = ['--import', loader, '--input-type=module', '-e', PARENT, module, signal];
    const parent = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const pid = Number(line);
    expect(commandOf(pid)).toContain('sleep');
    parent.kill(signal);
    await once(parent, 'exit');
    await until('the program to be gone', () => (commandOf(pid) === '' ? true : undefined), {
      timeoutMs: 30_000,
    });
  },
);
