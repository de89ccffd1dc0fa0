import { optionalPhone, place, villages } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { ifGiven, wording } from './wording.ts';

export const publicService = defineTemplate({
  id: 'public-service',
  name: 'Dịch vụ công',
  purpose: 'Làm thủ tục lưu động, như làm căn cước: cho ai, lúc nào, ở đâu, mang theo gì.',
  fields: {
    provider: { type: 'text', label: 'Đơn vị thực hiện', hint: 'Ví dụ: Công an xã' },
    service: { type: 'text', label: 'Tổ chức việc gì', hint: 'Ví dụ: làm thẻ căn cước lưu động' },
    audience: { type: 'text', label: 'Cho ai', hint: 'Ví dụ: công dân từ đủ 14 tuổi trở lên' },
    villages: villages('Thuộc các thôn'),
    days: { type: 'dateRange', label: 'Ngày làm việc', when: 'coming' },
    hours: { type: 'timeRange', label: 'Giờ làm việc' },
    place: place('Địa điểm'),
    bring: { type: 'text', label: 'Mang theo', hint: 'Ví dụ: thẻ căn cước cũ, điện thoại chính chủ' },
    fee: {
      type: 'money',
      label: 'Lệ phí',
      hint: 'Ghi 0 nếu miễn phí; để trống nếu không nhắc đến',
      optional: true,
    },
    phone: optionalPhone,
  },
  title: ({ provider, service }) => wording`${provider} tổ chức ${service}`,
  text: ({ provider, service, audience, villages, days, hours, place, bring, fee, phone }) => [
    wording`${provider} thông báo tổ chức ${service}.`,
    wording`Đối tượng: ${audience}, trên địa bàn ${villages}.`,
    wording`Thời gian: ${hours}, ${days}.`,
    wording`Địa điểm: ${place}.`,
    wording`Khi đi, bà con mang theo ${bring}.`,
    ifGiven(
      fee,
      fee.value === 0 ? wording`Thủ tục này không thu tiền.` : wording`Lệ phí: ${fee} một trường hợp.`,
    ),
    ifGiven(phone, wording`Chi tiết xin liên hệ số điện thoại ${phone}.`),
  ],
});
