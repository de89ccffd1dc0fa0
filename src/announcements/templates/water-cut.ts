import { optionalPhone, villages } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { ifGiven, wording } from './wording.ts';

export const waterCut = defineTemplate({
  id: 'water-cut',
  name: 'Cắt nước',
  purpose: 'Tạm ngừng cấp nước sinh hoạt: nơi nào, bao lâu, vì sao.',
  fields: {
    supplier: { type: 'text', label: 'Đơn vị cấp nước', hint: 'Ví dụ: Hợp tác xã dịch vụ nước sạch' },
    reason: { type: 'text', label: 'Lý do', hint: 'Ví dụ: sửa chữa đường ống bị vỡ' },
    period: { type: 'period', label: 'Thời gian mất nước', when: 'coming' },
    villages: villages('Nơi mất nước'),
    households: { type: 'count', label: 'Số hộ bị ảnh hưởng', optional: true, most: 100_000 },
    phone: optionalPhone,
  },
  title: ({ period }) => wording`Tạm ngừng cấp nước ${period}`,
  text: ({ supplier, reason, period, villages, households, phone }) => [
    wording`${supplier} thông báo tạm ngừng cấp nước sinh hoạt.`,
    wording`Lý do: ${reason}.`,
    wording`Thời gian: ${period}.`,
    wording`Khu vực: ${villages}${ifGiven(households, wording`, khoảng ${households} hộ`)}.`,
    wording`Đề nghị bà con dự trữ nước và sử dụng tiết kiệm. Khi có nước trở lại, nên xả bỏ phần nước đục ban đầu trước khi dùng.`,
    ifGiven(phone, wording`Chi tiết xin liên hệ số điện thoại ${phone}.`),
  ],
});
