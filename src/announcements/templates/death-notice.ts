import { honorific } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { wording } from './wording.ts';

/** Who lived for 60 years has *hưởng thọ*, who died younger *hưởng dương*: to mistake it hurts a family. */
const longLife = 60;

export const deathNotice = defineTemplate({
  id: 'death-notice',
  name: 'Tin buồn',
  purpose: 'Báo tin người qua đời, khi gia đình đã đồng ý.',
  fields: {
    consent: { type: 'consent', label: 'Gia đình đã xem nội dung và đồng ý cho phát' },
    family: {
      type: 'text',
      label: 'Ai báo tin',
      usual: 'Gia đình',
      hint: 'Ví dụ: Ban Công tác Mặt trận thôn Tân Lập cùng gia đình',
    },
    honorific,
    name: { type: 'name', label: 'Họ và tên người mất' },
    age: { type: 'count', label: 'Tuổi', most: 130 },
    home: { type: 'place', label: 'Nơi cư trú', hint: 'Ví dụ: thôn Tân Lập' },
    died: { type: 'moment', label: 'Từ trần lúc', when: 'past' },
    viewing: { type: 'moment', label: 'Lễ viếng bắt đầu lúc' },
    place: { type: 'place', label: 'Nơi tổ chức lễ tang', usual: 'nhà riêng' },
    funeral: { type: 'moment', label: 'Lễ đưa tang lúc', when: 'coming' },
    burial: { type: 'place', label: 'Nơi an táng', hint: 'Ví dụ: nghĩa trang thôn Tân Lập' },
  },
  title: ({ honorific, name }) => wording`Tin buồn: ${honorific} ${name}`,
  text: ({ family, honorific, name, age, home, died, viewing, place, funeral, burial }) => [
    wording`Tin buồn.`,
    wording`${family} vô cùng thương tiếc báo tin: ${honorific} ${name}, cư trú tại ${home}, đã từ trần lúc ${died}, hưởng ${(age.value ?? longLife) < longLife ? 'dương' : 'thọ'} ${age} tuổi.`,
    wording`Lễ viếng bắt đầu lúc ${viewing}, tại ${place}.`,
    wording`Lễ đưa tang lúc ${funeral}. An táng tại ${burial}.`,
    wording`Xin kính báo để họ hàng, bạn bè và bà con gần xa được biết.`,
  ],
  across: ({ died, viewing, funeral }) => ({
    ...(isBefore(viewing.value, died.value) ? { viewing: 'announcements.field-order' } : {}),
    ...(isBefore(funeral.value, viewing.value ?? died.value) ? { funeral: 'announcements.field-order' } : {}),
  }),
});

const isBefore = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && a < b;
