import { place } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { ifGiven, wording } from './wording.ts';

export const meeting = defineTemplate({
  id: 'meeting',
  name: 'Họp',
  purpose: 'Mời họp: ai mời, mời ai, bàn việc gì, lúc nào, ở đâu.',
  fields: {
    organiser: { type: 'text', label: 'Ai mời', hint: 'Ví dụ: Ban tự quản thôn Tân Lập' },
    audience: { type: 'text', label: 'Mời ai', hint: 'Ví dụ: đại diện các hộ gia đình trong thôn' },
    topic: { type: 'text', label: 'Họp về việc gì', hint: 'Ví dụ: bàn việc làm đường thôn' },
    document: { type: 'document', label: 'Theo văn bản số', hint: 'Ví dụ: 12/KH-UBND', optional: true },
    at: { type: 'moment', label: 'Thời gian', when: 'coming' },
    place: place('Địa điểm'),
    note: { type: 'sentences', label: 'Lưu ý thêm', optional: true, most: 500 },
  },
  title: ({ at, topic }) => wording`Mời họp ${at}: ${topic}`,
  text: ({ organiser, audience, topic, document, at, place, note }) => [
    wording`${organiser} kính mời ${audience} dự họp.`,
    wording`Nội dung: ${topic}${ifGiven(document, wording`, theo văn bản số ${document}`)}.`,
    wording`Thời gian: ${at}.`,
    wording`Địa điểm: ${place}.`,
    ifGiven(note, wording`${note}`),
    wording`Đề nghị bà con sắp xếp thời gian, đến dự đầy đủ và đúng giờ.`,
  ],
});
