import { villages } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { ifGiven, typed, wording } from './wording.ts';

/** The five levels of forest fire risk (Thông tư 25/2019/TT-BNNPTNT). */
const names = ['thấp', 'trung bình', 'cao', 'nguy hiểm', 'cực kỳ nguy hiểm'];

/** From here on fire spreads on a large scale. */
const dangerous = 4;

export const fireRisk = defineTemplate({
  id: 'fire-risk',
  name: 'Nguy cơ cháy',
  purpose: 'Cấp dự báo cháy rừng và việc phải làm.',
  fields: {
    issuer: { type: 'text', label: 'Cơ quan dự báo', hint: 'Ví dụ: Hạt Kiểm lâm khu vực' },
    level: {
      type: 'level',
      label: 'Cấp dự báo cháy rừng',
      options: names.map((name, index) => ({ value: String(index + 1), label: name })),
    },
    days: { type: 'dateRange', label: 'Thời gian', when: 'coming' },
    villages: villages('Khu vực'),
    area: { type: 'text', label: 'Cụ thể là', hint: 'Ví dụ: rừng thông đồi 5', optional: true },
    phone: { type: 'phone', label: 'Số điện thoại trực chữa cháy', usual: '114' },
  },
  title: ({ level, villages }) => wording`Cảnh báo cháy rừng cấp ${level}: ${villages}`,
  text: ({ issuer, level, days, villages, area, phone }) => [
    wording`${issuer} thông báo nguy cơ cháy rừng: cấp ${level}, cấp ${names[(level.value ?? 0) - 1] ?? '…'}.`,
    wording`Thời gian: ${days}.`,
    wording`Khu vực: ${villages}${ifGiven(area, wording`, cụ thể là ${area}`)}.`,
    (level.value ?? 0) >= dangerous
      ? wording`Tuyệt đối không đốt nương rẫy, không đốt thực bì, không mang lửa vào rừng và ven rừng.`
      : wording`Đề nghị bà con thận trọng khi dùng lửa; không đốt nương rẫy, đốt thực bì khi chưa báo với thôn.`,
    phone.value === '114'
      ? wording`Khi phát hiện cháy, gọi ngay số ${phone}.`
      : wording`Khi phát hiện cháy, gọi ngay số ${phone} hoặc số ${[typed('phone', '114')]}.`,
  ],
  priority: ({ level }) => ((level.value ?? 0) >= dangerous ? 'priority' : 'regular'),
});
