/** What the log knows of a silence; empty where it knows nothing. */
interface SilenceFacts {
  readonly title: string;
  readonly reason: string;
  /** HH:mm:ss */
  readonly since: string;
  readonly until: string;
  /** With their days. */
  readonly reportedAt: string;
  readonly unheardSince: string;
}

/** The schedule, today, emergencies, and what became of each airing. */
export const broadcasts = {
  priorities: { regular: 'Thông thường', priority: 'Ưu tiên', emergency: 'Khẩn cấp' },

  airingStates: {
    planned: 'Chờ phát',
    started: 'Đang phát',
    paused: 'Tạm ngắt, sẽ phát tiếp',
    played: 'Đã phát',
    'left-desk': 'Đã ra khỏi bàn trực',
    cut: 'Bị ngắt, nhường tin khẩn hơn',
    stopped: 'Đã dừng',
    interrupted: 'Bị gián đoạn',
    missed: 'Không phát được',
    cancelled: 'Đã hủy',
    unreported: 'Không có báo cáo',
    awaiting: 'Chờ cụm loa báo',
  },

  hearing: {
    title: 'Bà con có nghe thấy không?',
    hint: 'Máy chỉ biết tiếng đã phát ra; có nghe thấy hay không thì chỉ người trong thôn mới biết.',
    empty: 'Chưa có gì để xác nhận',
    emptyHint: 'Bản tin này chưa phát ở thôn của anh/chị trong ba ngày qua.',
    answers: { clear: 'Nghe rõ', poor: 'Bị rè', not: 'Không nghe thấy' },
    thanks: 'Đã ghi nhận, cảm ơn anh/chị',
    said: (name: string, when: string) => `${name} trả lời lúc ${when}`,
    inVillages: 'Thôn xác nhận đã nghe',
    saidByLink: (when: string) => `Trả lời qua liên kết lúc ${when}`,
    nobody: 'Chưa thôn nào trả lời.',
    confirm: 'Xác nhận đã nghe',
    village: 'Hỏi trưởng thôn',
    pickVillage: 'Chọn thôn',
    makeLink: 'Lấy liên kết',
    makeHint:
      'Mở liên kết là trả lời được, không cần đăng nhập. Dùng trong 7 ngày, chỉ cho bản tin này ở thôn này.',
    linkIs: 'Gửi cho trưởng thôn qua Zalo hoặc tin nhắn. Liên kết cũ của thôn này không còn dùng được.',
    linkOver: 'Liên kết không dùng được',
    linkOverHint: 'Liên kết đã hết hạn, đã được thay, hoặc chép thiếu. Hãy xin xã gửi liên kết mới.',
    notYet: 'Chưa đến giờ phát',
    notYetHint: 'Bản tin này chưa phát ở thôn. Hãy mở lại liên kết sau giờ phát.',
    why: 'Máy chỉ biết tiếng đã phát ra hay chưa; có nghe được hay không thì chỉ bà con trong thôn biết.',
    answered: 'Đã ghi nhận. Anh/chị có thể đổi câu trả lời.',
    line: (village: string, when: string) => `${village} · ${when}`,
  },

  books: {
    title: 'Sổ phát thanh',
    hint: 'Từng lượt phát của từng cụm loa: dự kiến và thực tế, theo lời cụm loa báo về.',
    ofPole: 'Sổ phát thanh của cụm loa này',
    allPoles: 'Cả xã',
    until: 'Đến ngày',
    empty: 'Không có lượt phát nào',
    noPeriod: 'Chọn ngày bắt đầu và ngày kết thúc',
    period: (from: string, until: string) => (from === until ? `Ngày ${from}` : `Từ ${from} đến ${until}`),
    retired: 'Cụm loa đã ngừng dùng',
    totals: (due: number, played: number, leftDesk: number) => {
      if (due === 0) return 'Chưa có lượt phát nào đến giờ';
      const share = (n: number): string => `${n} lượt (${Math.floor((100 * n) / due)}%)`;
      const outcomes = [
        ...(played > 0 || leftDesk === 0 ? [`đã phát trọn ${share(played)}`] : []),
        ...(leftDesk > 0 ? [`đã ra khỏi bàn trực ${share(leftDesk)}`] : []),
      ];
      return `${due} lượt đến giờ, ${outcomes.join(', ')}`;
    },
    totalSeconds: (planned: string, actual: string) => `Dự kiến ${planned}, thực phát ${actual}`,
    showAll: (n: number) => `Hiện cả ${n} lượt`,
    sounded: (from: string, until: string) => `phát ${from}–${until}`,
    told: (when: string) => `cụm loa ghi ${when}`,
    reported: (when: string) => `máy chủ nhận ${when}`,
    files: { xlsx: 'Tải Excel', csv: 'Tải CSV' },
    file: 'so-phat-thanh',
    fileAll: 'ca-xa',
    filePole: (number: number) => `cum-${number}`,
    shortColumns: { lengths: 'Dự kiến / thực phát', clocks: 'Giờ thực tế' },
    columns: {
      planned: 'Giờ dự kiến',
      poleNumber: 'Số cột',
      pole: 'Cụm loa',
      village: 'Thôn',
      title: 'Nội dung',
      language: 'Tiếng',
      priority: 'Mức',
      plannedSeconds: 'Dự kiến (giây)',
      actualSeconds: 'Thực phát (giây)',
      startedAt: 'Bắt đầu (giờ cụm loa)',
      endedAt: 'Kết thúc (giờ cụm loa)',
      state: 'Kết quả',
      reason: 'Lý do',
      heard: 'Thôn nghe',
      toldAt: 'Cụm loa ghi lúc',
      reportedAt: 'Máy chủ nhận lúc',
    },
  },

  ahead: {
    title: 'Bảy ngày tới cụm loa sẽ phát',
    hint: 'Tính bằng đúng cách cụm loa tự quyết định, nếu âm thanh được nạp kịp và không ai đổi lịch.',
    hintNoBox: 'Cột chưa gắn thiết bị nên chưa phát được gì. Đây là lịch sẽ phát kể từ khi gắn.',
    empty: 'Chưa có gì được lên lịch cho cụm loa này.',
    parts: (times: readonly string[]) => `Phát làm ${times.length} đoạn: ${times.join(', ')}`,
    waitsFor: (title: string) => `Chờ “${title}” xong rồi phát`,
    missed: (reason: string) => `Sẽ không phát: ${reason}`,
    cut: 'Sẽ bị ngắt, nhường tin khẩn hơn',
  },

  silence: {
    title: 'Vì sao cụm loa im lặng?',
    day: 'Ngày',
    time: 'Lúc',
    /** Of a desk: only what left it is known. */
    leftDesk: {
      sounded: ({ title, since }: SilenceFacts) =>
        `Lúc đó “${title}” đang ra khỏi bàn trực (từ ${since}); loa phía sau có ra tiếng hay không thì không biết được.`,
      between: ({ title }: SilenceFacts) =>
        `“${title}” đã ra khỏi bàn trực, nhưng không vào đúng lúc đó: nó bắt đầu muộn hoặc được phát làm nhiều đoạn.`,
    },
    causes: {
      sounded: ({ title, since, reportedAt }: SilenceFacts) =>
        reportedAt === ''
          ? `Lúc đó cụm loa đang phát “${title}” (từ ${since}), không im lặng.`
          : `Lúc đó cụm loa mất liên lạc với máy chủ nhưng vẫn phát “${title}” (từ ${since}); đến ${reportedAt} mới báo về được.`,
      'to-come': () => 'Thời điểm này chưa đến.',
      'not-enrolled': ({ until }: SilenceFacts) =>
        until === ''
          ? 'Tại cột này chưa từng có thiết bị nào được kết nối.'
          : `Lúc đó tại cột chưa có thiết bị; thiết bị đầu tiên kết nối lúc ${until}.`,
      stopped: ({ title, since }: SilenceFacts) => `Có người đã bấm dừng “${title}” lúc ${since}.`,
      missed: ({ title, reason }: SilenceFacts) => `“${title}” không phát được: ${reason.toLowerCase()}.`,
      interrupted: ({ title, since }: SilenceFacts) =>
        `“${title}” bị gián đoạn lúc ${since}: thiết bị mất điện, bị tắt, hoặc tăng âm ngừng ra tiếng giữa chừng.`,
      cut: ({ title, since }: SilenceFacts) => `“${title}” bị ngắt lúc ${since} để nhường tin khẩn hơn.`,
      paused: ({ title, since }: SilenceFacts) =>
        `“${title}” tạm ngắt lúc ${since} để nhường tin khẩn hơn và chờ phát tiếp.`,
      cancelled: ({ title }: SilenceFacts) => `“${title}” đã được hủy trước giờ phát.`,
      'awaiting-report': ({ title, unheardSince }: SilenceFacts) =>
        unheardSince === ''
          ? `Lúc đó phải phát “${title}”, nhưng cụm loa chưa báo về nên chưa biết đã phát hay chưa.`
          : `Lúc đó phải phát “${title}”, nhưng cụm loa mất liên lạc từ ${unheardSince} nên chưa biết đã phát hay chưa.`,
      unreported: ({ title }: SilenceFacts) =>
        `Lúc đó phải phát “${title}”, nhưng bảy ngày sau cụm loa vẫn không báo kết quả, nên không biết đã phát hay chưa.`,
      between: ({ title }: SilenceFacts) =>
        `“${title}” đã phát, nhưng không vào đúng lúc đó: nó bắt đầu muộn hoặc được phát làm nhiều đoạn.`,
      'quiet-hours': () => 'Lúc đó là giờ yên tĩnh, không có gì được lên lịch.',
      'nothing-planned': () => 'Lúc đó không có gì được lên lịch cho cụm loa này.',
    },
  },

  collisions: {
    title: (when: string) => `Hai tin ưu tiên trùng giờ, ${when}`,
    undecided: (title: string, poles: number) =>
      `Trùng trên ${poles} cụm loa. Chọn tin phát trước; nếu không chọn, “${title}” phát trước vì được lên lịch trước.`,
    isDecided: 'Đã chọn. Bấm tin kia nếu muốn đổi thứ tự.',
    first: (title: string) => `Phát trước: ${title}`,
    decided: 'Đã chọn thứ tự phát',
  },

  airingReasons: {
    'no-audio': 'Chưa tải kịp tệp âm thanh',
    stopped: 'Có người bấm dừng phát',
    withdrawn: 'Lịch phát đã được rút lại',
    'no-trusted-time': 'Cụm loa chưa có giờ tin cậy',
    'pole-was-off': 'Cụm loa mất điện hoặc bị tắt',
    'pre-empted': 'Nhường cho bản tin ưu tiên hơn',
    'programme-came-late': 'Lịch phát đến cụm loa quá muộn',
    'clock-set': 'Đồng hồ bị chỉnh nhảy qua giờ phát',
    'player-fault': 'Lỗi bộ phát âm thanh',
    'amplifier-silent': 'Đã gửi ra nhưng tăng âm không ra tiếng',
    'no-replay-memory': 'Cụm loa chưa nhớ đã phát những gì nên không phát, để khỏi phát lại lần nữa',
  } as Record<string, string>,

  today: {
    title: 'Hôm nay',
    onAir: 'Đang phát',
    onAirAt: (n: number) => `Đang phát ở ${n} cụm loa`,
    emergencyOnAirAt: (n: number) => `Đang phát khẩn cấp ở ${n} cụm loa`,
    poleQuiet: 'Đang yên lặng',
    poleUnheard: 'Chưa rõ có đang phát không',
    noBox: 'Chưa phát được',
    next: 'Tiếp theo',
    nothingNextShort: 'Chưa có lịch',
    listen: 'Nghe cụm loa này',
    stopListening: 'Ngừng nghe',
    listening: 'Đang nghe',
    listenFailed: 'Trình duyệt không phát được âm thanh này',
    latestSound: 'Tiếng thật thu tại cụm loa',
    elapsed: (done: string, of: string) => `${done} / ${of}`,
    poles: 'Cụm loa',
    polesOnline: (online: number, of: number) => `${online}/${of} cụm loa trực tuyến`,
    polesReady: (ready: number, of: number) => `${ready}/${of} sẵn sàng`,
    timeline: 'Trong ngày',
    timelineEmpty: 'Hôm nay chưa có lượt phát nào.',
    timelineHint: 'Chọn một bản tin đã duyệt rồi lên lịch phát.',
    yesterday: 'Từ hôm qua',
    polesCount: (n: number) => `${n} cụm loa`,
    emergencies: 'Khẩn cấp đang có hiệu lực',
    cameras: 'Sự kiện camera mới',
    camerasEmpty: 'Chưa có sự kiện nào.',
    unseen: (n: number) => `${n > 99 ? '99+' : n} chưa xem`,
    noPoles: 'Xã chưa có cụm loa nào',
    noPolesHint: 'Thêm cụm loa rồi kết nối thiết bị tại cột bằng mã dùng một lần.',
    village: (word: string, name: string) => `${word} ${name}`,
    fault: 'Có lỗi',
    waitingForTime: 'Đang chờ giờ chuẩn',
  },

  stop: {
    one: 'Dừng phát',
    all: 'Dừng tất cả',
    village: (name: string) => `Dừng ${name}`,
    choose: 'Dừng theo thôn',
    sent: (n: number) => `Đã gửi lệnh dừng tới ${n} cụm loa`,
    failed: 'Chưa gửi được lệnh dừng',
  },

  target: {
    label: 'Phát ở đâu',
    commune: 'Cả xã',
    villages: 'Theo thôn',
    loudspeakers: 'Từng cụm loa',
    chooseVillages: 'Chọn thôn',
    chooseLoudspeakers: 'Chọn cụm loa',
    noneChosen: 'Hãy chọn ít nhất một nơi phát',
  },

  week: {
    title: 'Lịch phát',
    previous: 'Tuần trước',
    next: 'Tuần sau',
    thisWeek: 'Tuần này',
    range: (from: string, until: string) => `${from} – ${until}`,
    empty: 'Tuần này chưa có lượt phát nào',
    emptyHint: 'Chọn bản tin đã duyệt và lên lịch.',
    dayEmpty: 'Không có',
    new: 'Lên lịch phát',
  },

  broadcast: {
    newTitle: 'Lên lịch phát',
    announcement: 'Bản tin đã duyệt',
    chooseAnnouncement: 'Chọn bản tin',
    noneApproved: 'Chưa có bản tin nào được duyệt. Bản tin phải được nghe và duyệt trước khi phát.',
    when: 'Phát khi nào',
    kinds: { now: 'Bây giờ', once: 'Một lần', daily: 'Hằng ngày', weekly: 'Theo thứ' },
    weekdays: 'Vào các ngày',
    repeats: 'Đọc mấy lần',
    repeatGap: 'Nghỉ giữa các lần (giây)',
    preview: 'Xem trước',
    previewHint: 'Điền đủ bản tin, nơi phát và thời gian để xem trước.',
    nextTimes: 'Các lượt phát sắp tới',
    andMore: 'và tiếp tục như vậy',
    /** `end` of the only one, or of the first of several. */
    total: (length: string, end: string, isOnly: boolean) =>
      isOnly ? `Dài ${length}, kết thúc lúc ${end}` : `Mỗi lượt dài ${length}; lượt đầu kết thúc lúc ${end}`,
    totalOnly: (length: string) => `Mỗi lượt dài ${length}`,
    fromUntil: (from: string, until: string) => `${from} – ${until}`,
    poles: (n: number) => `Phát ở ${n} cụm loa`,
    confirm: 'Xác nhận lịch phát',
    confirmNow: 'Phát ngay bây giờ',
    confirmed: 'Đã lên lịch phát',
    confirmedNow: 'Đã gửi xuống cụm loa, sẽ phát trong giây lát',
    schedule: {
      now: 'Phát ngay khi lên lịch',
      once: (time: string, date: string) => `${time} ngày ${date}`,
      daily: (time: string, from: string, until: string) => `${time} hằng ngày, từ ${from} đến hết ${until}`,
      weekly: (time: string, days: string, from: string, until: string) =>
        `${time} các ngày ${days}, từ ${from} đến hết ${until}`,
    },
    repeatsAre: (n: number, gap: number) => (n === 1 ? 'Đọc một lần' : `Đọc ${n} lần, nghỉ ${gap} giây`),
    by: (name: string, when: string) => `${name} lên lịch lúc ${when}`,
    cancel: 'Hủy lịch phát',
    cancelAsk: 'Hủy lịch phát này? Các lượt chưa phát sẽ không phát nữa. Lượt đang phát sẽ dừng.',
    cancelled: 'Đã hủy lịch phát',
    cancelledAt: (when: string) => `Đã hủy lúc ${when}`,
    nextAt: (when: string) => `Lượt tới: ${when}`,
    noNext: 'Không còn lượt nào',
    airings: 'Báo cáo từ cụm loa',
    airingsHint: 'Chỉ cụm loa mới được nói đã phát. Chưa có báo cáo thì ghi là chờ.',
    noAirings: 'Chưa có lượt phát nào trong khoảng này',
    actual: (actual: string, planned: string) => `phát ${actual} trên ${planned}`,
  },

  emergency: {
    title: 'Phát khẩn cấp',
    live: 'PHÁT THẬT',
    hint: 'Bản tin khẩn cấp phát ngay, ngắt mọi bản tin khác, bỏ qua giờ yên tĩnh, và lặp lại cho đến khi hủy hoặc hết giờ.',
    steps: ['Nội dung và nơi phát', 'Nghe và xác nhận'],
    write: 'Viết mới',
    prepared: 'Bản soạn sẵn',
    drill: 'Diễn tập',
    preparedEmpty: 'Chưa có bản soạn sẵn nào',
    preparedEmptyHint: 'Soạn bản tin, duyệt, rồi chọn “Dùng làm bản tin khẩn cấp soạn sẵn”.',
    fieldTitle: 'Tên tình huống',
    fieldTitleExample: 'Ví dụ: Nước sông lên nhanh',
    fieldText: 'Nội dung sẽ đọc',
    fieldTextHint: 'Ngắn, rõ: việc gì, ở đâu, bà con phải làm gì. Tối đa 5.000 ký tự.',
    make: 'Tạo và nghe thử',
    listen: 'Bấm nghe trước khi phát',
    spoken: 'Lời sẽ đọc',
    onlyVietnamese: 'Chỉ có bản tiếng Việt: mọi nơi đều nghe tiếng Việt.',
    eachItsOwn:
      'Mỗi nơi nghe các bản tiếng của mình, theo thứ tự đã đặt; nơi không có bản nào thì nghe tiếng Việt.',
    doubts: (n: number) => `Có ${n} chỗ máy chưa chắc cách đọc. Hãy nghe kỹ.`,
    willSound: (poles: number) => `Sẽ phát ở ${poles} cụm loa`,
    every: 'Lặp lại mỗi',
    everyOptions: {
      30: '30 giây',
      60: '1 phút',
      120: '2 phút',
      300: '5 phút',
      600: '10 phút',
      900: '15 phút',
      1800: '30 phút',
    } as Record<string, string>,
    minutes: 'Tự dừng hẳn sau',
    minutesOptions: {
      5: '5 phút',
      15: '15 phút',
      30: '30 phút',
      60: '1 giờ',
      120: '2 giờ',
      240: '4 giờ',
      720: '12 giờ',
    } as Record<string, string>,
    endsAt: (when: string) => `Tức là đến ${when}`,
    reason: 'Căn cứ, lý do',
    reasonHint: 'Ví dụ: Công điện số 05',
    confirm: (word: string) => `Gõ đúng “${word}” để xác nhận`,
    confirmWrong: 'Chưa đúng: gõ chữ hoa, đủ dấu.',
    raise: 'PHÁT KHẨN CẤP NGAY',
    raised: 'Đã phát lệnh khẩn cấp',
    inForceNone: 'Không có bản tin khẩn cấp nào đang có hiệu lực.',
    past: 'Gần đây',
    cancel: 'Hủy khẩn cấp',
    cancelled: 'Đã hủy bản tin khẩn cấp',
    cancelledAt: (when: string) => `Đã hủy lúc ${when}`,
    endedAt: (when: string) => `Hết hiệu lực lúc ${when}`,
    until: (when: string) => `đến ${when}`,
    repeats: (length: string) => `lặp lại mỗi ${length}`,
    raisedBy: (name: string) => `${name} phát lệnh`,
    began: (n: number, of: number) => `${n}/${of} cụm loa báo đã bắt đầu phát`,
    drillTitle: 'DIỄN TẬP',
    drillNot: 'Không phải báo động thật',
    drillHint:
      'Diễn tập đi bằng đường bản tin thông thường: không có còi báo động, tuân giờ yên tĩnh, phải được duyệt. Bản nháp mở ra đã có sẵn câu báo đây là diễn tập; hãy giữ câu đó ở đầu.',
    drillStart: 'Soạn bản tin diễn tập',
    drillTitlePrefix: 'DIỄN TẬP: ',
  },
};
