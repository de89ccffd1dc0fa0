import { Module } from '@nestjs/common';
import { DemonstrationController } from './demonstration.controller.ts';

@Module({ controllers: [DemonstrationController] })
export class DemonstrationModule {}
