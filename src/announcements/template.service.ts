import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { CommuneService } from '../accounts/commune.service.ts';
import { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { Reading } from '../speech/reading/reading.ts';
import { CommuneReading } from '../lexicon/commune-reading.service.ts';
import { VillageService } from '../villages/village.service.ts';
import { AnnouncementService } from './announcement.service.ts';
import type { Announcement } from './announcement.ts';
import type { AnnouncementForm } from './form.ts';
import { readingOf } from './saying.ts';
import type { ChangeFormRequest, NewFormRequest, PreviewFormRequest } from './template.request.ts';
import type { FormContext } from './templates/fields.ts';
import { fill } from './templates/template.ts';
import type { FilledTemplate, FormValues, Template } from './templates/template.ts';
import { templateOf } from './templates/templates.ts';

/** A form as far as it is filled in, and how that would be said. */
export type PreviewedForm = ReturnType<Template['preview']> & { readonly reading: Reading | null };

/** Writes announcements with forms. */
@Injectable()
export class TemplateService {
  constructor(
    private readonly announcements: AnnouncementService,
    private readonly communes: CommuneService,
    private readonly villages: VillageService,
    private readonly readings: CommuneReading,
    private readonly clock: Clock,
  ) {}

  /** Nothing is kept. */
  async preview(by: Person, templateId: string, request: PreviewFormRequest): Promise<PreviewedForm> {
    const { values, picks } = request;
    const filled = templateOf(templateId).preview(values, await this.contextOf(by.communeId));
    const reader = await this.readings.of(by.communeId);
    return { ...filled, reading: readingOf({ ...written(templateId, values, filled), picks }, reader) };
  }

  /** @throws Failure `announcements.form-incomplete` naming the fields */
  async write(by: Person, request: NewFormRequest): Promise<Announcement> {
    const { templateId, values, picks, ...chosen } = request;
    const filled = fill(templateOf(templateId), values, await this.contextOf(by.communeId));
    const { title, text, form } = written(templateId, values, filled);
    return this.announcements.write(by, { ...chosen, title, summary: '', text }, { form, picks });
  }

  /** @throws Failure as `write`; `announcements.no-form` for one that is none, or none any more */
  async edit(by: Person, id: string, request: ChangeFormRequest): Promise<Announcement> {
    const { values, ...chosen } = request;
    const { form: before } = await this.announcements.seen(by, id);
    if (before?.values == null) {
      throw new Failure('conflict', 'announcements.no-form', 'Its text was written by hand');
    }
    const { templateId } = before;
    const filled = fill(templateOf(templateId), values, await this.contextOf(by.communeId));
    const { title, text, form } = written(templateId, values, filled);
    return this.announcements.edit(by, id, { ...chosen, title, text }, form);
  }

  private async contextOf(communeId: string): Promise<FormContext> {
    const [{ name, timeZone }, villages] = await Promise.all([
      this.communes.get(communeId),
      this.villages.names(communeId),
    ]);
    const now = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
      .format(this.clock.date())
      .replace(' ', 'T');
    return { now, commune: name, villages };
  }
}

function written(
  templateId: string,
  values: FormValues,
  { title, text, typed }: FilledTemplate,
): { title: string; text: string; form: AnnouncementForm } {
  return { title, text, form: { templateId, values, typed } };
}
