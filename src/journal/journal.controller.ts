import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { By, Needs } from '../access/right.decorator.ts';
import type { Person } from '../access/rights.ts';
import { ActorNames } from './actor-names.ts';
import { journalQuery } from './journal.request.ts';
import type { JournalQuery } from './journal.request.ts';
import { JournalService } from './journal.service.ts';
import type { JournalCheckView, JournalLineView } from './journal.view.ts';

@Controller('api/journal')
export class JournalController {
  constructor(
    private readonly journal: JournalService,
    private readonly actorNames: ActorNames,
  ) {}

  @Get()
  @Needs('journal.read')
  async lines(
    @By() by: Person,
    @Query({ schema: journalQuery }) query: JournalQuery,
  ): Promise<JournalLineView[]> {
    const lines = await this.journal.lines(by.communeId, query);
    const actorIds = lines.flatMap(({ actorId }) => (actorId === null ? [] : [actorId]));
    const names = await this.actorNames.names(by.communeId, [...new Set(actorIds)]);
    return lines.map((line) => ({
      number: line.number,
      at: line.at,
      actorId: line.actorId,
      actorName: line.actorId === null ? '' : (names.get(line.actorId) ?? ''),
      action: line.action,
      subjectType: line.subjectType,
      subjectId: line.subjectId,
      facts: { ...line.facts },
      words: line.words,
      wordsErased: line.words === null && line.wordsHash !== '',
    }));
  }

  @Post('check')
  @HttpCode(200)
  @Needs('journal.read')
  async check(@By() by: Person): Promise<JournalCheckView> {
    return await this.journal.check(by.communeId);
  }
}
