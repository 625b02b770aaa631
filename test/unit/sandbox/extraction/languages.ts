/** Writes the tones of Vietnamese as combining characters, as windows-1258 does. */
function withSeparateTones(text: string): string {
  return text.normalize('NFC').replaceAll(/\p{L}/gu, (letter) => {
    const marks = letter.normalize('NFD').slice(1);
    const shape = marks.replaceAll(/[^\u0302\u0306\u031b]/g, '');
    return (
      `${letter.normalize('NFD').slice(0, 1)}${shape}`.normalize('NFC') +
      marks.replaceAll(/[\u0302\u0306\u031b]/g, '')
    );
  });
}

/** A text of each language, with the encodings that were in use for it, by iconv-lite's names. */
export const languages: readonly (readonly [name: string, encodings: readonly string[], text: string])[] = [
  [
    'Japanese',
    ['shift_jis', 'euc-jp'],
    '契約書の確認をお願いします。添付のログにエラーがあります。東京都港区の港で荷物を受け取りました。',
  ],
  [
    'Chinese',
    ['gb18030', 'gbk'],
    '请在星期五之前确认合同。附件中的日志包含错误。我们在上海港收到了货物，船长已经签字。',
  ],
  [
    'Chinese of Taiwan',
    ['big5'],
    '請在星期五之前確認合約。附件中的記錄包含錯誤。我們在高雄港收到了貨物，船長已經簽字。',
  ],
  [
    'Korean',
    ['euc-kr'],
    '금요일까지 계약서를 확인해 주십시오. 첨부된 로그에 오류가 있습니다. 부산항에서 화물을 받았습니다.',
  ],
  [
    'Russian',
    ['windows-1251', 'koi8-r', 'iso-8859-5', 'cp866'],
    'Просим подтвердить договор аренды причала до пятницы. В журнале найдены ошибки. Капитан подписал документы.',
  ],
  [
    'Ukrainian',
    ['windows-1251', 'koi8-u'],
    'Просимо підтвердити договір оренди причалу до п’ятниці. У журналі є помилки. Капітан підписав її.'.replace(
      '’',
      "'",
    ),
  ],
  [
    'Polish',
    ['windows-1250', 'iso-8859-2'],
    'Prosimy o potwierdzenie umowy do piątku. Dziennik zawiera błędy, które należy usunąć. Kapitan podpisał dokumenty w porcie Gdańsk.',
  ],
  [
    'Greek',
    ['windows-1253', 'iso-8859-7'],
    'Παρακαλούμε επιβεβαιώστε τη σύμβαση μέχρι την Παρασκευή. Το αρχείο καταγραφής περιέχει σφάλματα.',
  ],
  [
    'Turkish',
    ['windows-1254', 'iso-8859-9'],
    'Lütfen sözleşmeyi cuma gününe kadar onaylayın. Günlük dosyasında hatalar var. Kaptan belgeleri İzmir limanında imzaladı.',
  ],
  [
    'Hebrew',
    ['windows-1255', 'iso-8859-8'],
    'נא לאשר את החוזה עד יום שישי. יומן המערכת מכיל שגיאות. רב החובל חתם על המסמכים בנמל חיפה.',
  ],
  [
    'Arabic',
    ['windows-1256', 'iso-8859-6'],
    'يرجى تأكيد العقد قبل يوم الجمعة. يحتوي السجل على أخطاء. وقع القبطان على الوثائق في ميناء الإسكندرية.',
  ],
  [
    'Latvian',
    ['windows-1257'],
    'Lūdzu, apstipriniet līgumu līdz piektdienai. Žurnālā ir kļūdas. Kapteinis parakstīja dokumentus Rīgas ostā.',
  ],
  [
    'Vietnamese',
    ['windows-1258'],
    withSeparateTones(
      'Vui lòng xác nhận hợp đồng trước thứ sáu. Nhật ký có lỗi. Thuyền trưởng đã ký giấy tờ tại cảng Hải Phòng.',
    ),
  ],
  [
    'German',
    ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'cp437', 'cp850', 'macintosh'],
    'Bitte bestätigen Sie den Vertrag bis Freitag. Das Protokoll enthält Fehler, die wir beheben müssen. Der Kapitän hat die Papiere für die Überfahrt unterschrieben. Schöne Grüße',
  ],
];
