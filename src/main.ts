import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { CommuneKeys } from './accounts/commune-keys.store.ts';
import { AppModule } from './app.module.ts';
import { codeOf, messageOf } from './base/error.ts';
import { Failure } from './base/failure.ts';
import { ConfigError } from './platform/config/config.ts';
import { loadConfig } from './platform/config/config.file.ts';
import { DeviceDoor, startHttp } from './platform/http/http.server.ts';
import { PinoLogger } from './platform/logging/logger.ts';
import { startPlatform } from './platform/platform.ts';
import { ProcessEnd } from './platform/process/process-end.ts';
import { tables } from './tables.ts';

/** The service: settings, ground floor, rooms, doors. */
async function main(): Promise<void> {
  const config = loadConfig();
  const logger = new PinoLogger(config.values.log);
  Logger.overrideLogger(logger);
  const end = new ProcessEnd();
  try {
    const platform = await startPlatform(config, tables, !(await CommuneKeys.areKept(config)));
    end.before(() => platform.stop());
    const { authority, addresses } = platform;

    const deviceDoor = await DeviceDoor.open(config, authority.identity);
    end.before(() => deviceDoor.close());
    authority.onTakenOver((identity) => deviceDoor.renew(identity));
    addresses.settle({ deviceHttps: deviceDoor.port });

    const http = await startHttp(AppModule.on(platform), config, deviceDoor, logger);
    end.before(() => http.stop());
    addresses.settle({ http: http.port });

    await platform.announceReady();
    logger.log(`Ready: ${addresses.consoleUrl} (boxes: ${addresses.deviceUrl})`, 'Main');
  } catch (error) {
    await end.stopAll();
    throw error;
  }
}

main().catch((error: unknown) => {
  // A person at a terminal made a mistake, or the machine has one: the sentence, without a stack.
  const isTold = error instanceof ConfigError || error instanceof Failure || codeOf(error) === 'EADDRINUSE';
  process.stderr.write(
    `${isTold ? messageOf(error) : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(error instanceof ConfigError ? 78 : 1);
});
