import { describe, expect, jest, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { programBeside } from '../../base/program.ts';
import { withoutSecrets } from './logger.ts';

// Starts programs: slow on a machine that is busy, which is no fault.
jest.setTimeout(60_000);

describe('the log', () => {
  test('strikes out passwords in addresses, wherever they stand', () => {
    expect(withoutSecrets('to postgres://loa:hunter2@db/loa and rtsp://admin:p%40ss@10.0.0.1/1 failed')).toBe(
      'to postgres://loa:[secret]@db/loa and rtsp://admin:[secret]@10.0.0.1/1 failed',
    );
    expect(withoutSecrets('at http://10.0.0.1:80/ since 12:30, a@b')).toBe(
      'at http://10.0.0.1:80/ since 12:30, a@b',
    );
  });

  test('writes no planted secret, and what it writes is one object a line', () => {
    const { file, execArgv } = programBeside(import.meta.url, './logger.lines.testing');
    const { stdout } = spawnSync(process.execPath, [...execArgv, file], { encoding: 'utf8' });
    expect(stdout).not.toContain('hunter2');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ msg, room }) => [msg, room])).toEqual([
      ['Started', 'Try'],
      [undefined, 'Try'],
      ['cannot reach rtsp://admin:[secret]@10.0.0.1', 'Try'],
    ]);
    expect(lines[1]).toMatchObject({ user: 'an', password: '[secret]', camera: { password: '[secret]' } });
  });
});
