import { villages } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { theCommune } from './the-commune.ts';
import { ifGiven, wording } from './wording.ts';

/** Decision 18/2021/QĐ-TTg: each level of risk has its colour. */
const colours = ['xanh dương nhạt', 'vàng nhạt', 'da cam', 'đỏ', 'tím'];

/** From here on lives are at stake, and people must be reached at once. */
const emergencyLevel = 3;

export const stormBulletin = defineTemplate({
  id: 'storm-bulletin',
  name: 'Tin bão, lũ',
  purpose: 'Chuyển tiếp bản tin chính thức: ai phát hành, lúc nào, cấp mấy, đến khi nào, phải làm gì.',
  fields: {
    issuer: {
      type: 'text',
      label: 'Cơ quan phát hành bản tin',
      hint: 'Ví dụ: Đài Khí tượng Thủy văn tỉnh Đắk Lắk',
    },
    issued: { type: 'moment', label: 'Phát hành lúc', when: 'past' },
    hazard: {
      type: 'choice',
      label: 'Loại thiên tai',
      options: [
        'bão',
        'áp thấp nhiệt đới',
        'mưa lớn',
        'lũ',
        'ngập lụt',
        'lũ quét, sạt lở đất',
        'dông, lốc, sét, mưa đá',
      ].map((value) => ({ value, label: value })),
    },
    level: {
      type: 'level',
      label: 'Cấp độ rủi ro thiên tai',
      options: colours.map((colour, index) => ({ value: String(index + 1), label: colour })),
    },
    villages: villages('Khu vực ảnh hưởng'),
    area: { type: 'text', label: 'Cụ thể là', hint: 'Ví dụ: các hộ ven sông', optional: true },
    forecast: {
      type: 'sentences',
      label: 'Diễn biến',
      hint: 'Chép đúng theo bản tin chính thức',
    },
    instruction: { type: 'sentences', label: 'Bà con cần làm gì', hint: 'Chép đúng theo chỉ đạo' },
    validUntil: { type: 'moment', label: 'Có hiệu lực đến', when: 'coming' },
  },
  title: ({ hazard, level }) => wording`Tin cảnh báo ${hazard}, rủi ro thiên tai cấp ${level}`,
  text: ({ issuer, issued, hazard, level, villages, area, forecast, instruction, validUntil }, context) => [
    wording`Tin cảnh báo ${hazard}, rủi ro thiên tai cấp ${level}, màu ${colours[(level.value ?? 0) - 1] ?? '…'}.`,
    wording`Ủy ban nhân dân ${theCommune(context)} chuyển tiếp bản tin của ${issuer}, phát hành lúc ${issued}.`,
    wording`Khu vực ảnh hưởng: ${villages}${ifGiven(area, wording`, cụ thể là ${area}`)}.`,
    wording`${forecast}`,
    wording`${instruction}`,
    wording`Bản tin có hiệu lực đến ${validUntil}.`,
  ],
  priority: ({ level }) => ((level.value ?? 1) >= emergencyLevel ? 'emergency' : 'priority'),
  across: ({ issued, validUntil }) =>
    issued.value !== undefined && validUntil.value !== undefined && validUntil.value <= issued.value
      ? { validUntil: 'announcements.field-order' }
      : {},
});
