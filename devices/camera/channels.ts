import type { EventForm, Item } from './event-forms.ts';

/** One video source of the device: a camera has one, a recorder one for each camera behind it. */
export interface Channel {
  readonly number: number;
  readonly source: string;
  readonly configuration: string;
  readonly analytics: string;
  /** The main stream's and, on a recorder, the small one's. */
  readonly profiles: readonly string[];
  readonly name: string;
}

/** The sources of a device, in its order. A recorder's tokens are as Hikvision's and its clones' are. */
export function channelsOf(count: number): Channel[] {
  if (count === 1)
    return [
      {
        ...{ number: 1, source: 'VideoSource_1', configuration: 'VideoSourceToken' },
        ...{ analytics: 'VideoAnalyticsToken', profiles: ['Profile_1'], name: 'VideoSourceToken' },
      },
    ];
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    return {
      ...{ number, source: `VideoSource_${number}`, configuration: `VideoSourceConfig_${number}` },
      ...{ analytics: `VideoAnalytics_${number}`, name: `Kênh ${number}` },
      profiles: [`Profile_${number}01`, `Profile_${number}02`],
    };
  });
}

/** A maker's form, told of one channel: where it names a source, it names this one. */
export function formOf(form: EventForm, channel: Channel | undefined): EventForm {
  if (channel === undefined) return form;
  const named = ([name, value]: Item): Item => {
    if (name === 'VideoSourceConfigurationToken') return [name, channel.configuration];
    if (name === 'VideoAnalyticsConfigurationToken') return [name, channel.analytics];
    if (/^(Video)?Source(Token)?$/.test(name)) return [name, channel.source];
    return [name, value];
  };
  return { ...form, source: form.source.map(named) };
}
