import type { LoggerService, LogLevel } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { pino, stdTimeFunctions } from 'pino';
import pretty from 'pino-pretty';

/** Whatever is logged under one of these names is struck out, at the top and one level down. */
const secretNames = ['password', 'secret', 'token', 'cookie', 'authorization', 'key', 'credentials', 'code'];

/** Nest tells of every module and route at each start: for who looks for it. */
const quietRooms = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Nest's logger on pino: one JSON object a line, or for people. */
export class PinoLogger implements LoggerService {
  private readonly pino: Pino;

  constructor(options: { level: string; pretty: boolean }) {
    this.pino = pino(
      {
        level: options.level,
        base: null,
        timestamp: stdTimeFunctions.isoTime,
        redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
      },
      options.pretty
        ? pretty({
            sync: true,
            colorize: process.stdout.isTTY,
            ignore: 'room',
            messageFormat: '{room}: {msg}',
          })
        : pino.destination({ dest: 1, sync: true }),
    );
  }

  log(message: unknown, ...more: unknown[]): void {
    this.write('info', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.write('trace', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more);
  }

  setLogLevels(_levels: LogLevel[]): void {
    // The level is the configuration's.
  }

  /** Nest hands the context (here: the room) last, and an error's stack before it. */
  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    more: unknown[],
  ): void {
    const room = typeof more.at(-1) === 'string' ? (more.at(-1) as string) : undefined;
    if (level === 'info' && room !== undefined && quietRooms.has(room)) level = 'debug';
    const stack = more.length > 1 && typeof more[0] === 'string' ? more[0] : undefined;
    const facts: Record<string, unknown> = {
      room,
      ...(stack === undefined ? {} : { stack: withoutSecrets(stack) }),
    };
    if (message instanceof Error)
      this.pino[level](
        { ...facts, stack: withoutSecrets(message.stack ?? '') },
        withoutSecrets(message.message),
      );
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...facts, ...message });
    else this.pino[level](facts, withoutSecrets(String(message)));
  }
}

/** Strikes out passwords in addresses (`postgres://user:…@`, `rtsp://user:…@`), wherever a library put them. */
export function withoutSecrets(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, '$1:[secret]@');
}
