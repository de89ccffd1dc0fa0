import 'reflect-metadata';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { AppModule } from './app.module.ts';
import { Failure } from './base/failure.ts';
import { ConfigError } from './platform/config/config.ts';
import { loadConfig } from './platform/config/config.file.ts';
import { writeFileAtomically } from './platform/files/atomic.file.ts';
import { startHttp } from './platform/http/http.server.ts';
import { PinoLogger } from './platform/logging/logger.ts';
import { startPlatform } from './platform/platform.ts';
import { ProcessEnd } from './platform/process/process-end.ts';

/** The service: settings, ground floor, rooms, doors. */
async function main(): Promise<void> {
  const config = loadConfig();
  const logger = new PinoLogger(config.values.log);
  Logger.overrideLogger(logger);
  const end = new ProcessEnd();

  const platform = await startPlatform(config);
  end.before(() => platform.stop());

  const { authority, addresses, brokerProcess } = platform;
  const http = await startHttp(AppModule.on(platform), config, authority.identity, logger);
  end.before(() => http.stop());

  addresses.settle({
    http: http.httpPort,
    deviceHttps: http.deviceHttpsPort,
    mqtts: brokerProcess?.tlsPort ?? 0,
    mqtt: brokerProcess?.plainPort ?? 0,
  });
  const ready = { ...addresses.ports, pid: process.pid, readyAt: new Date().toISOString() };
  await writeFileAtomically(join(config.values.dataDirectory, 'run', 'ports.json'), JSON.stringify(ready));
  logger.log(`Ready: ${addresses.consoleUrl} (boxes: ${addresses.deviceUrl})`, 'Main');
}

main().catch((error: unknown) => {
  // A person at a terminal made a mistake, or the machine has one: the sentence, without a stack.
  const isTold = error instanceof ConfigError || error instanceof Failure;
  process.stderr.write(`${isTold ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(error instanceof ConfigError ? 78 : 1);
});
