import { honorific, phone } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { theCommune } from './the-commune.ts';
import { wording } from './wording.ts';

export const lostPerson = defineTemplate({
  id: 'lost-person',
  name: 'Tìm người',
  purpose: 'Nhờ bà con tìm người lạc, khi gia đình đề nghị hoặc công an đã nhận tin báo.',
  fields: {
    consent: { type: 'consent', label: 'Gia đình đã đồng ý, hoặc Công an xã đã nhận tin báo' },
    honorific,
    name: { type: 'name', label: 'Họ và tên' },
    age: { type: 'count', label: 'Tuổi', most: 130 },
    home: { type: 'place', label: 'Nơi cư trú', hint: 'Ví dụ: thôn Tân Lập' },
    seen: { type: 'moment', label: 'Được nhìn thấy lần cuối lúc', when: 'past' },
    seenAt: { type: 'place', label: 'Tại', hint: 'Ví dụ: chợ Tân Hòa' },
    marks: {
      type: 'sentences',
      label: 'Đặc điểm nhận dạng',
      hint: 'Dáng người, quần áo, đồ mang theo',
      most: 500,
    },
    contact: { type: 'name', label: 'Báo cho ai' },
    phone,
  },
  title: ({ honorific, name }) => wording`Tìm người: ${honorific} ${name}`,
  text: ({ honorific, name, age, home, seen, seenAt, marks, contact, phone }, context) => [
    wording`Nhờ bà con giúp tìm người.`,
    wording`Người cần tìm là ${honorific} ${name}, ${age} tuổi, cư trú tại ${home}.`,
    wording`Được nhìn thấy lần cuối lúc ${seen}, tại ${seenAt}.`,
    wording`Đặc điểm nhận dạng: ${marks}`,
    wording`Ai nhìn thấy hoặc biết tin, xin báo ngay cho ${contact}, số điện thoại ${phone}, hoặc Công an ${theCommune(context)}.`,
    wording`Gia đình xin chân thành cảm ơn.`,
  ],
  priority: () => 'priority',
});
