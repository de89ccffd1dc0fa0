/** Watching a camera live. */
export const viewings = {
  viewings: {
    title: 'Hình trực tiếp',
    hint: 'Mỗi lần xem đều ghi vào nhật ký và tự dừng sau ít phút.',
    start: 'Xem trực tiếp',
    again: 'Mở lại hình trực tiếp',
    stop: 'Dừng xem',
    goOn: 'Xem tiếp',
    waiting: 'Đang chờ hình đầu tiên…',
    live: 'Trực tiếp',
    age: (seconds: string) => `hình cách đây ${seconds} giây`,
    stillTitle: 'Hình đứng',
    still: (length: string) => `Suốt ${length} camera chỉ trả về đúng một ảnh. Đây không phải cảnh hiện tại.`,
    oldTitle: 'Không có hình mới',
    old: (length: string) => `Hình này đã cũ ${length}. Đây không phải cảnh hiện tại.`,
    faults: {
      'not-held': 'Hệ thống đang mất kết nối với camera.',
      'no-pictures': 'Camera này không cho lấy ảnh chụp, nên chưa xem trực tiếp được ở đây.',
      refused: 'Camera từ chối mật khẩu khi lấy ảnh.',
      silent: 'Camera không trả lời kịp.',
      unreadable: 'Camera trả về thứ không phải là ảnh.',
    },
    unreachable: 'Màn hình này đang mất liên lạc với máy chủ.',
    endsIn: (length: string) => `tự dừng sau ${length}`,
    viewers: (n: number) => `${n} người đang xem`,
    pictureOf: (name: string) => `Hình trực tiếp từ ${name}`,
  },
};
