import { Module } from '@nestjs/common';
import { BoxesModule } from '../boxes/boxes.module.ts';
import { JournalModule } from '../journal/journal.module.ts';
import { VillagesModule } from '../villages/villages.module.ts';
import { CameraController } from './camera.controller.ts';
import { CameraLink } from './camera.link.ts';
import { CameraSearchController } from './camera-search.controller.ts';
import { CameraSearchService } from './camera-search.service.ts';
import { CameraService } from './camera.service.ts';
import { CameraStore } from './camera.store.ts';
import { CameraTrust } from './camera-trust.service.ts';
import { ConnectorController } from './connector.controller.ts';
import { ConnectorProcess } from './connector.process.ts';
import { ConnectorService } from './connector.service.ts';
import { HandoverService } from './handover.service.ts';
import { PasswordVault } from './password.vault.ts';
import { RecorderController } from './recorder.controller.ts';
import { RecorderService } from './recorder.service.ts';
import { Registration } from './registration.service.ts';

@Module({
  imports: [BoxesModule, JournalModule, VillagesModule],
  controllers: [CameraController, CameraSearchController, ConnectorController, RecorderController],
  providers: [
    ...[CameraStore, PasswordVault, ConnectorService, Registration, CameraService, CameraTrust],
    ...[HandoverService, RecorderService],
    ...[CameraLink, CameraSearchService, ConnectorProcess],
  ],
  exports: [CameraStore, CameraService],
})
export class CamerasModule {}
