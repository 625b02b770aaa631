import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import type { SearchAnswer } from '../support/wire.ts';

/** A text, and which queries find it. Found queries are mapped to the expected highlight, or to `true` for any. */
interface Case {
  readonly kind: string;
  readonly text: string;
  readonly found: Readonly<Record<string, string | true>>;
  readonly notFound?: readonly string[];
}

const cases: readonly Case[] = [
  {
    kind: 'Japanese',
    text: '昨日、契約書の確認をお願いしました。東京都港区の物件です。',
    found: {
      契約書: '昨日、<em>契約書</em>の確認をお願いしました。東京都港区の物件です。',
      契: '昨日、<em>契</em>約書の確認をお願いしました。東京都港区の物件です。',
      書: '昨日、契約<em>書</em>の確認をお願いしました。東京都港区の物件です。',
      '契約　物件': '昨日、<em>契約</em>書の確認をお願いしました。東京都港区の<em>物件</em>です。',
      '契約*': true,
      'しました。東京': true,
      '“港区の物件”': true,
    },
    notFound: ['約契', '契約の', '契約物件', '契約 部件', '昨契約', '契約書*の'],
  },
  {
    kind: 'Japanese in half-width and full-width forms',
    text: 'ｺﾝﾃﾅｶﾞ ３個 ＡＢＣ－１２３ ㍿オンナ',
    found: {
      コンテナ: '<em>ｺﾝﾃﾅ</em>ｶﾞ ３個 ＡＢＣ－１２３ ㍿オンナ',
      ガ: 'ｺﾝﾃﾅ<em>ｶﾞ</em> ３個 ＡＢＣ－１２３ ㍿オンナ',
      ｺﾝﾃﾅ: true,
      '3個': true,
      'abc-123': 'ｺﾝﾃﾅｶﾞ ３個 <em>ＡＢＣ－１２３</em> ㍿オンナ',
      株式会社オンナ: 'ｺﾝﾃﾅｶﾞ ３個 ＡＢＣ－１２３ <em>㍿オンナ</em>',
    },
    notFound: ['カ', 'abc-12'],
  },
  {
    kind: 'Chinese, broken into lines within words',
    text: '本租船合\n同的条款\n\n第一条',
    found: { 合同: '本租船<em>合 同</em>的条款 第一条', 条款: true, 第一条: true, 租船合同: true },
    notFound: ['款第', '条件'],
  },
  {
    kind: 'Chinese in compatibility characters',
    text: '⽂書與\u{F900}語',
    found: { 文書: '<em>⽂書</em>與\u{F900}語', 豈: true },
  },
  {
    kind: 'Korean with particles, without spaces and as jamo',
    text: `용선계약서를 확인했습니다. ${'선박'.normalize('NFD')}은`,
    found: {
      계약서: `용선<em>계약서</em>를 확인했습니다. ${'선박'.normalize('NFD')}은`,
      선박: `용선계약서를 확인했습니다. <em>${'선박'.normalize('NFD')}</em>은`,
      ['계약'.normalize('NFD')]: true,
    },
    notFound: ['계서', '계약서 배'],
  },
  {
    kind: 'Thai',
    text: 'สัญญาเช่าเรือลงนามแล้วในปี ๒๕๖๗ น้ำ',
    found: {
      เช่าเรือ: 'สัญญา<em>เช่าเรือ</em>ลงนามแล้วในปี ๒๕๖๗ น้ำ',
      สัญญา: true,
      2567: 'สัญญาเช่าเรือลงนามแล้วในปี <em>๒๕๖๗</em> น้ำ',
      น้ํา: 'สัญญาเช่าเรือลงนามแล้วในปี ๒๕๖๗ <em>น้ำ</em>',
    },
    notFound: ['เรือเช่า', 'สัญญาเรือ'],
  },
  {
    kind: 'Lao, Khmer and Burmese, with and without zero-width spaces',
    text: 'ສັນຍາເຊົ່າເຮືອ កិច្ច\u200Bសន្យា\u200Bជួល စာချုပ်ငှား',
    found: { ເຊົ່າ: true, កិច្ចសន្យា: true, 'សន្យា\u200Bជួល': true, စာချုပ်: true, ငှား: true },
    notFound: ['ເຮືອເຊົ່າ', 'ជួលសន្យា'],
  },
  {
    kind: 'Greek',
    text: 'Ο ναύλος πληρώνεται. ΟΔΟΣ ΑΚΤΗΣ, μῆνιν',
    found: {
      ναυλος: 'Ο <em>ναύλος</em> πληρώνεται. ΟΔΟΣ ΑΚΤΗΣ, μῆνιν',
      ΝΑΥΛΟΣ: true,
      οδός: 'Ο ναύλος πληρώνεται. <em>ΟΔΟΣ</em> ΑΚΤΗΣ, μῆνιν',
      μηνιν: true,
      'ναυλ*': true,
    },
    notFound: ['ναυλ'],
  },
  {
    kind: 'Russian and Ukrainian',
    text: 'Расчёт за йод, за́мок и об’єкт її',
    found: {
      расчет: '<em>Расчёт</em> за йод, за́мок и об’єкт її',
      РАСЧЁТ: true,
      замок: 'Расчёт за йод, <em>за́мок</em> и об’єкт її',
      "об'єкт": 'Расчёт за йод, за́мок и <em>об’єкт</em> її',
      обʼєкт: true,
      її: true,
    },
    notFound: ['иод', 'іі', 'обєкт'],
  },
  {
    kind: 'Polish, Danish, German, Icelandic, French and Croatian',
    text: 'Łódź, Ærøskøbing, Straße, Þór, l’eau, cœur, Đuro, naïve nai\u0308ve',
    found: {
      lodz: '<em>Łódź</em>, Ærøskøbing, Straße, Þór, l’eau, cœur, Đuro, naïve nai\u0308ve',
      aeroskobing: true,
      STRASSE: 'Łódź, Ærøskøbing, <em>Straße</em>, Þór, l’eau, cœur, Đuro, naïve nai\u0308ve',
      strasse: true,
      thor: true,
      "l'eau": 'Łódź, Ærøskøbing, Straße, Þór, <em>l’eau</em>, cœur, Đuro, naïve nai\u0308ve',
      'l’eau': true,
      eau: true,
      coeur: true,
      duro: true,
      naive: 'Łódź, Ærøskøbing, Straße, Þór, l’eau, cœur, Đuro, <em>naïve</em> <em>nai\u0308ve</em>',
    },
    notFound: ['strase', 'leau', 'nai'],
  },
  {
    kind: 'Turkish',
    text: 'İSTANBUL ılık DIŞ iskele',
    found: { istanbul: true, İstanbul: true, ISTANBUL: true, ilik: true, dış: true, İSKELE: true },
  },
  {
    kind: 'Vietnamese',
    text: `Hợp đồng thuê tàu, ${'vận chuyển'.normalize('NFD')}`,
    found: {
      'hợp đồng': '<em>Hợp</em> <em>đồng</em> thuê tàu, ' + 'vận chuyển'.normalize('NFD'),
      'hop dong': true,
      '"van chuyen"': `Hợp đồng thuê tàu, <em>${'vận chuyển'.normalize('NFD')}</em>`,
    },
    notFound: ['hap'],
  },
  {
    kind: 'Arabic and Persian',
    text: 'العَقْدُ بيـــن أحمد وإبراهيم، می‌خواهم ٢٠٢٤ ﻻ',
    found: {
      العقد: '<em>العَقْدُ</em> بيـــن أحمد وإبراهيم، می‌خواهم ٢٠٢٤ ﻻ',
      بين: 'العَقْدُ <em>بيـــن</em> أحمد وإبراهيم، می‌خواهم ٢٠٢٤ ﻻ',
      احمد: true,
      وابراهيم: true,
      ميخواهم: true,
      2024: true,
      '۲۰۲۴': true,
      لا: true,
    },
    notFound: ['عقد', 'محمد'],
  },
  {
    kind: 'Hebrew',
    text: 'חוֹזֶה שֶׁל צה״ל',
    found: { חוזה: '<em>חוֹזֶה</em> שֶׁל צה״ל', 'צה"ל': true, 'צה״ל': true, של: true },
    notFound: ['חזה'],
  },
  {
    kind: 'Hindi and Tamil',
    text: 'क़ानून की किताब, ஒப்பந்தம் १२',
    found: { कानून: '<em>क़ानून</em> की किताब, ஒப்பந்தம் १२', किताब: true, ஒப்பந்தம்: true, 12: true, की: true },
    notFound: ['कि', 'कताब', 'का', 'ஒபபநதம'],
  },
  {
    kind: 'emoji',
    text: 'Approved 👍🏽 with ❤️ by 👨‍👩‍👧 🇩🇪🇫🇷 done',
    found: {
      '👍': 'Approved <em>👍</em>🏽 with ❤️ by 👨‍👩‍👧 🇩🇪🇫🇷 done',
      '👍🏿': true,
      '❤': true,
      '❤️': true,
      '👨‍👩‍👧': true,
      '👩': true,
      '🇫🇷': true,
      '"👍 with"': true,
    },
    notFound: ['👎', '🇪🇫', '"approved with"'],
  },
  {
    kind: 'ligatures, soft hyphens and invisible characters',
    text: 'The o\uFB03ce con\u00ADfirmed the \uFB01nal char\u200Dter\u2060party\uFEFF of 5\u00A0㎏, 30 m², clause¹, ½, ①',
    found: {
      office: true,
      confirmed: true,
      final: true,
      'con\u00ADfirmed': true,
      charterparty: true,
      kg: true,
      m2: true,
      'm²': true,
      clause: true,
      'clause¹': true,
      1: true,
    },
    notFound: ['fice', 'nal'],
  },
  {
    kind: 'words that are hyphenated at the end of a line',
    text: 'The laytime and demur-\nrage clause, the low-\r\n  water mark, and com\u00AD\nmun\u2010\nication - \nend',
    found: {
      demurrage:
        'The laytime and <em>demur- rage</em> clause, the low- water mark, and com\u00AD mun\u2010 ication - end',
      'demur-rage': true,
      demur: true,
      rage: true,
      '"and demurrage clause"': true,
      '"demur rage clause"': true,
      'low-water': true,
      water: true,
      lowwater: true,
      communication: true,
      'demurr*': true,
    },
    notFound: ['ageclause', 'theend', '"demurrage mark"', 'icationend', '"mark lowwater"'],
  },
  {
    kind: 'identifiers, addresses and file names',
    text: 'Mail Ines.Carvalho+test@example.com about low-water_mark.v2.txt, C:\\logs\\ebb-2024, Onna™ and x86_64',
    found: {
      'ines.carvalho+test@example.com':
        'Mail <em>Ines.Carvalho+test@example.com</em> about low-water_mark.v2.txt, C:\\logs\\ebb-2024, Onna™ and x86_64',
      'low-water_mark.v2.txt': true,
      'low-water': true,
      'example.com': true,
      onna: true,
      'ebb-2024': true,
      x86_64: true,
      'carv*': true,
      'example.co*': true,
    },
    notFound: ['water-low', 'carv', 'onnatm', 'example.co', 'low-mark'],
  },
];

function titlesOf({ member }: SearchAnswer): string[] {
  return member.map((hit) => String(hit['title'])).sort();
}

describe('A search in any language', () => {
  const fixture = new Fixture();
  const nameOf = (number: number): string => `${String(number).padStart(2, '0')}.txt`;
  before(async () => {
    await fixture.start();
    await fixture.datasource(Object.fromEntries(cases.map(({ text }, number) => [nameOf(number), text])));
  });
  after(() => fixture.stop());

  function search(text: string, field = 'extracted_text'): Promise<SearchAnswer> {
    return fixture.caller.search('', {
      advanced: { and: [{ text_contains: [{ var: field }, text] }] },
      highlight: true,
    });
  }

  for (const [number, { kind, text, found, notFound = [] }] of cases.entries()) {
    it(`finds and highlights words in ${kind}`, async () => {
      for (const [query, highlight] of Object.entries(found)) {
        const { member } = await search(query);
        const hit = member.find(({ title }) => title === nameOf(number));
        assert.ok(hit, `“${query}” is not found in “${text}”`);
        const snippet = (hit['@highlight'] as Record<string, string[]>)['extracted_text']?.[0] ?? '';
        if (highlight !== true) assert.equal(snippet, highlight, query);
        assert.match(snippet, /<em>[^<]+<\/em>/, query);
        const original = text.replaceAll(/\s+/g, ' ').trim();
        assert.equal(snippet.replaceAll(/<\/?em>/g, ''), original, query);
      }
    });

    if (notFound.length > 0)
      it(`does not find other words in ${kind}`, async () => {
        for (const query of notFound) {
          const titles = titlesOf(await search(query));
          assert.ok(!titles.includes(nameOf(number)), `“${query}” is found in “${text}”`);
        }
      });
  }

  it('finds and highlights titles', async () => {
    const names = ['契約書（最終）.txt', `re\u0301sume\u0301 Łódź.md`, 'ﬁnal_low-water 👍.csv'];
    const { path } = await fixture.datasource(Object.fromEntries(names.map((name) => [name, 'x'])), {
      id: 'titles',
      title: 'Σχέδια',
    });
    for (const [query, name, highlight] of [
      ['契約', names[0], '<em>契約</em>書（最終）.txt'],
      ['resume', names[1], '<em>re\u0301sume\u0301</em> Łódź.md'],
      ['lodz.md', names[1], 're\u0301sume\u0301 <em>Łódź.md</em>'],
      ['final_low-water', names[2], '<em>ﬁnal_low-water</em> 👍.csv'],
      ['👍', names[2], 'ﬁnal_low-water <em>👍</em>.csv'],
    ] as const) {
      const { member } = await search(query, 'title');
      const highlights = member
        .filter(({ title }) => title === name)
        .map((hit) => hit['@highlight'] as Record<string, string[]>);
      assert.deepEqual(highlights, [{ title: [highlight] }], query);
    }
    const found = await search('ΣΧΕΔΙΑ', 'title');
    assert.deepEqual(
      found.member.map((hit) => hit['path']),
      [path],
    );
  });

  it('shows the part of a long text that has the most of the words', async () => {
    const filler = (count: number): string => 'lorem '.repeat(count);
    const long = `${filler(50)}ebb ${filler(80)}ebb and flood ${filler(90)}`;
    const japanese = `${'あいうえお。'.repeat(30)}契約書${'かきくけこ。'.repeat(30)}`;
    await fixture.datasource({ 'long.txt': long, 'japanese.txt': japanese }, { id: 'long', title: 'Long' });
    const snippet = async (text: string, name: string): Promise<string> => {
      const { member } = await search(text);
      const hit = member.find(({ title }) => title === name);
      return (hit?.['@highlight'] as Record<string, string[]>)['extracted_text']?.[0] ?? '';
    };
    assert.match(
      await snippet('flood ebb', 'long.txt'),
      /^…(lorem ){14}<em>ebb<\/em> and <em>flood<\/em>( lorem){15}…$/,
    );
    assert.match(await snippet('契約書', 'japanese.txt'), /^….{15,45}<em>契約書<\/em>.{15,45}…$/u);
  });
});
