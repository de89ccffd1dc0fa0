import { Module } from '@nestjs/common';
import { LiveController } from './live.controller.ts';
import { LiveService } from './live.service.ts';

/** On top of all rooms: it hears their news and calls none of them. */
@Module({ controllers: [LiveController], providers: [LiveService] })
export class LiveModule {}
