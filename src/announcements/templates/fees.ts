import { optionalPhone, place, villages } from './common-fields.ts';
import { defineTemplate } from './template.ts';
import { ifGiven, wording } from './wording.ts';

const voluntary = 'tự nguyện';

export const fees = defineTemplate({
  id: 'fees',
  name: 'Thu phí, quỹ',
  purpose: 'Thu khoản gì, bao nhiêu, theo văn bản nào, nộp lúc nào và ở đâu.',
  fields: {
    collector: { type: 'text', label: 'Đơn vị thu', hint: 'Ví dụ: Ủy ban nhân dân xã' },
    fund: { type: 'text', label: 'Khoản thu', hint: 'Ví dụ: phí vệ sinh môi trường quý một năm 2027' },
    kind: {
      type: 'choice',
      label: 'Tính chất',
      options: [
        { value: 'theo quy định', label: 'Thu theo quy định' },
        { value: voluntary, label: 'Đóng góp tự nguyện' },
      ],
    },
    document: { type: 'document', label: 'Theo văn bản số', hint: 'Ví dụ: 12/KH-UBND', optional: true },
    villages: villages('Các hộ thuộc'),
    amount: { type: 'money', label: 'Mức thu' },
    unit: { type: 'text', label: 'Tính cho', hint: 'Ví dụ: mỗi hộ một năm', usual: 'mỗi hộ' },
    days: { type: 'dateRange', label: 'Thời gian thu', when: 'coming' },
    hours: { type: 'timeRange', label: 'Giờ thu', optional: true },
    place: place('Nơi nộp'),
    phone: optionalPhone,
  },
  title: ({ fund }) => wording`Thông báo thu ${fund}`,
  text: ({ collector, fund, kind, document, villages, amount, unit, days, hours, place, phone }) => [
    wording`${collector} thông báo thu ${fund}${ifGiven(document, wording`, theo văn bản số ${document}`)}.`,
    wording`Đối tượng: các hộ trên địa bàn ${villages}.`,
    kind.value === voluntary
      ? wording`Mức vận động: ${amount}, ${unit}. Đây là khoản đóng góp tự nguyện.`
      : wording`Mức thu: ${amount}, ${unit}.`,
    wording`Thời gian: ${days}${ifGiven(hours, wording`, ${hours}`)}.`,
    wording`Nơi nộp: ${place}.`,
    wording`Khi nộp tiền, đề nghị bà con nhận biên lai hoặc ký vào sổ thu.`,
    ifGiven(phone, wording`Chi tiết xin liên hệ số điện thoại ${phone}.`),
  ],
});
