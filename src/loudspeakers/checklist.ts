/** What is looked at when a pole is put up (*phiếu kiểm tra lắp đặt*), in the order in which a technician goes round. */
export const checkItems = [
  'fixing',
  'earthing',
  'water',
  'horns',
  'mains',
  'relay',
  'sim',
  'cabinet',
  'heard',
] as const;
export type CheckItem = (typeof checkItems)[number];

/** Of one pole and one item. */
export const photosMaximum = 6;
