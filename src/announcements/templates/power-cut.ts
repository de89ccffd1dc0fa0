import { optionalPhone, villages } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { ifGiven, wording } from './wording.ts';

export const powerCut = defineTemplate({
  id: 'power-cut',
  name: 'Cắt điện',
  purpose: 'Tạm ngừng cung cấp điện: nơi nào, từ mấy giờ đến mấy giờ, vì sao.',
  fields: {
    supplier: { type: 'text', label: 'Đơn vị điện lực', hint: 'Ví dụ: Điện lực khu vực Krông Pắc' },
    reason: { type: 'text', label: 'Lý do', hint: 'Ví dụ: bảo dưỡng đường dây' },
    period: { type: 'period', label: 'Thời gian mất điện', when: 'coming' },
    villages: villages('Nơi mất điện'),
    area: { type: 'text', label: 'Cụ thể là', hint: 'Ví dụ: khu vực chợ và trường mầm non', optional: true },
    phone: optionalPhone,
  },
  title: ({ period }) => wording`Tạm ngừng cung cấp điện ${period}`,
  text: ({ supplier, reason, period, villages, area, phone }) => [
    wording`${supplier} thông báo tạm ngừng cung cấp điện.`,
    wording`Lý do: ${reason}.`,
    wording`Thời gian: ${period}.`,
    wording`Khu vực: ${villages}${ifGiven(area, wording`, cụ thể là ${area}`)}.`,
    wording`Điện có thể được đóng lại sớm hơn mà không báo trước. Vì vậy, đề nghị bà con luôn coi như lưới điện đang có điện để bảo đảm an toàn, và rút phích cắm các thiết bị không dùng đến.`,
    ifGiven(phone, wording`Mọi thắc mắc xin gọi số điện thoại ${phone}.`),
  ],
});
