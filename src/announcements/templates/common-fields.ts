import type { Field } from './fields.ts';

/** Fields that most templates ask for, called the same everywhere. */
export const villages = (label: string): Field<'villages'> => ({
  type: 'villages',
  label,
  hint: 'Không chọn là toàn xã',
});
export const phone: Field<'phone'> = { type: 'phone', label: 'Số điện thoại liên hệ' };
export const optionalPhone: Field<'phone'> = { ...phone, optional: true };
export const place = (label: string): Field<'place'> => ({
  type: 'place',
  label,
  hint: 'Ví dụ: nhà văn hóa thôn Tân Lập',
});

/** How a person is spoken of. */
export const honorific: Field<'choice'> = {
  type: 'choice',
  label: 'Cách gọi',
  options: ['cụ ông', 'cụ bà', 'ông', 'bà', 'anh', 'chị', 'em', 'cháu'].map((value) => ({
    value,
    label: value,
  })),
};
