import { optionalPhone, place, villages } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { theCommune } from './the-commune.ts';
import { ifGiven, typed, wording } from './wording.ts';

export const vaccination = defineTemplate({
  id: 'vaccination',
  name: 'Tiêm chủng',
  purpose: 'Lịch tiêm của Trạm Y tế: ai, vắc xin gì, ngày giờ, ở đâu.',
  fields: {
    audience: { type: 'text', label: 'Đối tượng tiêm', hint: 'Ví dụ: trẻ từ 2 đến 18 tháng tuổi' },
    villages: villages('Thuộc các thôn'),
    vaccines: { type: 'text', label: 'Loại vắc xin', hint: 'Ví dụ: sởi - rubella, bại liệt' },
    date: { type: 'date', label: 'Ngày tiêm', when: 'coming' },
    hours: { type: 'timeRange', label: 'Giờ tiêm' },
    place: place('Địa điểm tiêm'),
    bring: { type: 'text', label: 'Mang theo', usual: 'sổ tiêm chủng' },
    phone: optionalPhone,
  },
  title: ({ date }) => wording`Lịch tiêm chủng ${date}`,
  text: ({ audience, villages, vaccines, date, hours, place, bring, phone }, context) => [
    wording`Trạm Y tế ${theCommune(context)} thông báo lịch tiêm chủng.`,
    wording`Đối tượng: ${audience}, trên địa bàn ${villages}.`,
    wording`Loại vắc xin: ${vaccines}.`,
    wording`Thời gian: ${hours}, ${date}.`,
    wording`Địa điểm: ${place}.`,
    wording`Khi đi tiêm, đề nghị mang theo ${bring}. Người đang sốt hoặc đang có bệnh xin báo với cán bộ y tế trước khi tiêm. Sau khi tiêm, ở lại theo dõi ít nhất ${[typed('count', 30)]} phút.`,
    ifGiven(phone, wording`Chi tiết xin liên hệ Trạm Y tế, số điện thoại ${phone}.`),
  ],
});
