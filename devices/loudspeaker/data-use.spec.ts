import { describe, expect, test } from '@jest/globals';
import { fc } from '../../test/property.ts';
import { monthOf, used } from './data-use.ts';
import type { DataUse } from './data-use.ts';
import { defaultFace, readModem } from './modem.linux.ts';

describe('Data used in a month', () => {
  const start = used(null, '2026-11', { since: 'boot 1', bytes: 5_000 });

  test('is what the counter grew by, and a reboot or a counter that fell back counts from 0', () => {
    expect(start.monthBytes).toBe(0);
    const later = used(start, '2026-11', { since: 'boot 1', bytes: 7_000 });
    expect(later.monthBytes).toBe(2_000);
    const rebooted = used(later, '2026-11', { since: 'boot 2', bytes: 300 });
    expect(rebooted.monthBytes).toBe(2_300);
    expect(used(rebooted, '2026-11', { since: 'boot 2', bytes: 100 }).monthBytes).toBe(2_400);
  });

  test('begins anew with the month on the wall', () => {
    const before = used(start, '2026-11', { since: 'boot 1', bytes: 9_000 });
    expect(used(before, '2026-12', { since: 'boot 1', bytes: 9_500 })).toMatchObject({
      month: '2026-12',
      monthBytes: 500,
    });
    expect(monthOf(Date.parse('2026-11-30T16:59:59Z'), 420)).toBe('2026-11');
    expect(monthOf(Date.parse('2026-11-30T17:00:00Z'), 420)).toBe('2026-12');
  });

  test('is the sum of all that went through, over any reboots, and never falls within a month', () => {
    const steps = fc.array(fc.record({ bytes: fc.nat(10_000), reboots: fc.boolean() }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (all) => {
        let kept: DataUse = used(null, '2026-11', { since: '0', bytes: 0 });
        let boot = 0;
        let counter = 0;
        let sum = 0;
        for (const { bytes, reboots } of all) {
          if (reboots) [boot, counter] = [boot + 1, 0];
          counter += bytes;
          sum += bytes;
          kept = used(kept, '2026-11', { since: String(boot), bytes: counter });
          expect(kept.monthBytes).toBe(sum);
        }
      }),
    );
  });
});

describe('What Linux tells of the line', () => {
  test('carrier, technology and signal, as ModemManager prints them', () => {
    const printed = {
      modem: {
        '3gpp': { 'operator-code': '45204', 'operator-name': 'VIETTEL' },
        generic: { 'access-technologies': ['lte'], 'signal-quality': { recent: 'yes', value: '67' } },
      },
    };
    expect(readModem(printed)).toEqual({ carrier: 'VIETTEL', technology: 'lte', signalPercent: 67 });
    const searching = {
      modem: { '3gpp': { 'operator-name': '--' }, generic: { 'signal-quality': { value: '--' } } },
    };
    expect(readModem(searching)).toEqual({ carrier: null, technology: null, signalPercent: null });
    expect(() => readModem({})).toThrow();
  });

  test('the interface of the default route with the lowest metric', () => {
    const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
    const line = (face: string, to: string, metric: number, mask: string): string =>
      `${face}\t${to}\t0101A8C0\t0003\t0\t0\t${metric}\t${mask}\t0\t0\t0\n`;
    const lan = line('eth0', '0001A8C0', 100, '00FFFFFF');
    expect(defaultFace(head + lan)).toBeNull();
    const both = line('eth0', '00000000', 700, '00000000') + line('wwan0', '00000000', 200, '00000000');
    expect(defaultFace(head + lan + both)).toBe('wwan0');
  });
});
