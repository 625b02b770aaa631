import { seededRandom } from './seededRandom.ts';

/** The name of a file without its extension, and the file's text. */
type Page = readonly [string, string];

const ships = [
  'Lumen',
  'Corvina',
  'Marta Ines',
  'Holmstrand',
  'Petrel',
  'Alma',
  'Nordlys',
  'Saint Ciaran',
  'Tern',
  'Gullfoss',
];
const people = [
  'Ines Carvalho',
  'Tomasz Wilk',
  'Aoife Brennan',
  'Jonas Lind',
  'Priya Raman',
  'Marek Dvorak',
  'Salma Haddad',
];
const winds = ['north-westerly', 'southerly', 'light easterly', 'strong westerly', 'calm', 'gusting north'];
const berths = [
  'berth 1',
  'berth 2',
  'berth 4',
  'the fuel pier',
  'the ferry ramp',
  'the old quay',
  'the dry dock',
];
const cargo = [
  'timber',
  'road salt',
  'wind turbine blades',
  'fish meal',
  'grain',
  'containers',
  'scrap steel',
  'cement',
];
const events = [
  'The ebb tide ran harder than the tables said, and the tug stood by until the lines were fast.',
  'Slack water came twenty minutes late; departure was held until the pilot agreed.',
  'The leading lights at Skarv Point were out for an hour. Maintenance has been told.',
  'Fog closed the fairway before sunrise and lifted at nine.',
  'A mooring line parted during the swell. Nobody was hurt; the bollard is to be inspected.',
  'The crane on the east side was stopped by the wind alarm and started again after noon.',
  'Divers looked at the fender on the old quay and found two loose bolts.',
  'The dredger worked in the inner basin; the depth is now 8.4 metres at low water.',
  'A sailing boat without radio crossed ahead of the ferry. A report was written.',
  'The harbour master met the fishing cooperative about the ice plant.',
  'Ballast water samples were taken and sent to the laboratory.',
  'Nothing unusual happened.',
];
const talk = [
  'Is the pilot boat back in the water yet?',
  'Engine service is done, she runs better than before.',
  'Who has the key of the bunker station?',
  'Forecast says gale warning from midnight, please double the lines.',
  'Radio check on channel 12 was fine.',
  'The agent wants to know the draught before four.',
  'Coffee machine is broken again, this is an emergency.',
  'ETA of the tanker moved to the morning flood.',
  'I left the tide tables on the chart table.',
  'Customs will be on the quay at seven.',
];

type Pick = <Item>(items: readonly Item[]) => Item;

function picker(random: () => number): Pick {
  return (items) => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
}

function clock(random: () => number): string {
  const minutes = Math.floor(random() * 1440);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Makes the harbor log of one day. The text for a day is always the same. */
export function logEntry(day: string): string {
  const random = seededRandom(`log ${day}`);
  const pick = picker(random);
  const movements = Array.from({ length: 2 + Math.floor(random() * 4) }, () => {
    const verb = pick(['arrived at', 'left', 'shifted to', 'took bunkers at']);
    return `- ${clock(random)} MV ${pick(ships)} ${verb} ${pick(berths)} with ${pick(cargo)}, pilot ${pick(people)}`;
  });
  const remarks = [pick(events), pick(events)].filter((event, index, all) => all.indexOf(event) === index);
  return `# Harbour log ${day}\n\nWind ${pick(winds)}, high water ${clock(random)}.\n\n${movements.join('\n')}\n\n${remarks.join(' ')}\n`;
}

/** Makes the messages of one day in a channel, in the format of a Slack export. */
export function conversation(channel: string, day: string): string {
  const random = seededRandom(`${channel} ${day}`);
  const pick = picker(random);
  const messages = Array.from({ length: 3 + Math.floor(random() * 6) }, () => ({
    user: pick(people),
    time: `${day}T${clock(random)}:00Z`,
    text: pick(talk),
  }));
  return `${JSON.stringify({ channel, messages }, undefined, 2)}\n`;
}

/** Makes the tide table of one month, as CSV. */
export function csvTable(month: string): string {
  const random = seededRandom(`tides ${month}`);
  const rows = Array.from({ length: 56 }, (_, index) => {
    const day = String(1 + Math.floor(index / 2)).padStart(2, '0');
    const [kind, height] = index % 2 === 0 ? ['high water', 2.6 + random()] : ['low water', random() * 0.8];
    return `${month}-${day},${clock(random)},${kind},${height.toFixed(2)}`;
  });
  return `date,time,tide,height in metres\n${rows.join('\n')}\n`;
}

const wikiTopics: readonly Page[] = [
  [
    'tides',
    'High water follows the moon by about fifty minutes a day. The ebb tide sets across the entrance, so slow ships enter on the flood or at slack water.',
  ],
  [
    'pilotage',
    'Every ship over 70 metres takes a pilot. The pilot boards two miles west of Skarv Point, in bad weather inside the bay.',
  ],
  ['berths', 'There are seven berths. The fuel pier has the deepest water, the old quay the lowest fenders.'],
  [
    'mooring',
    'Four lines ahead and four astern are the rule. In a gale warning lines are doubled before dark.',
  ],
  ['radio', 'The port listens on channel 12. Answer in plain words, repeat numbers digit by digit.'],
  ['fog', 'Below half a mile of sight the fairway is closed to everything longer than 100 metres.'],
  ['dredging', 'The inner basin silts up by ten centimetres a year. Dredged sand goes to the north beach.'],
  ['bunkering', 'Bunker operations need a watch at the manifold, drip trays, and a closed scupper.'],
  ['ice', 'In hard winters the tug keeps a channel open. Small boats are lifted out by November.'],
  ['customs', 'Papers are handed to the agent, never to the pilot. Customs answers within two hours.'],
];
const wikiSections = ['overview', 'checklist', 'history', 'questions'];

/** Makes the pages of the wiki as HTML bodies, in one folder per topic. */
export function wikiPages(): Page[] {
  return wikiTopics.flatMap(([topic, body]) =>
    wikiSections.map((section): Page => {
      const random = seededRandom(`wiki ${topic} ${section}`);
      const pick = picker(random);
      const items = [pick(events), pick(events), pick(talk)].map((item) => `<li>${item}</li>`).join('');
      return [
        `${topic}/${topic}-${section}`,
        `<h1>${topic[0]?.toUpperCase() ?? ''}${topic.slice(1)}: ${section}</h1><p>${body}</p>` +
          `<p>Written by ${pick(people)}.</p><ul>${items}</ul>`,
      ];
    }),
  );
}

/** Wraps a body in a complete HTML page. */
export function htmlPage(body: string): string {
  return `<!doctype html>\n<html><head><meta charset="utf-8"><style>body{font:16px serif}</style></head><body>${body}</body></html>\n`;
}

/** Makes the chapters of the pilots' handbook. */
export function handbookChapters(): Page[] {
  return wikiTopics.map(([topic, body], index): Page => {
    const pick = picker(seededRandom(`handbook ${topic}`));
    const number = String(index + 1).padStart(2, '0');
    return [
      `${number}-${topic}`,
      `# Chapter ${index + 1}: ${topic}\n\n${body}\n\n> ${pick(events)}\n\nAsk ${pick(people)} before you change this chapter.\n`,
    ];
  });
}

const letterOpenings: Readonly<Record<string, string>> = {
  charter:
    'This charter party is made between the owner of the ship and the charterer. Demurrage is paid for each day that loading takes longer than agreed.',
  casualty:
    'This report describes a casualty in the port and what was done about it. The surveyor has seen the damage.',
  insurer:
    'We refer to the claim below. The policy covers hull damage by contact with a fixed object, less the deductible.',
  draft: 'Draft, not sent. To be checked against the harbour log before it goes out.',
};

/** Makes one letter of the given kind for each ship. */
export function letters(kind: string): Page[] {
  return ships.flatMap((ship, index): Page[] => {
    const random = seededRandom(`${kind} ${ship}`);
    const pick = picker(random);
    const sum = (1000 + Math.floor(random() * 90_000)).toLocaleString('en');
    return [
      [
        `${kind}-${ship.toLowerCase().replaceAll(' ', '-')}-${2019 + index}`,
        `# ${ship}: ${kind}\n\n${letterOpenings[kind] ?? ''}\n\nMV ${ship} lay at ${pick(berths)} with ${pick(cargo)}. ${pick(events)}\n\nAmount: EUR ${sum}\n\n${pick(people)}\n`,
      ],
    ];
  });
}

/** Makes personal notes. */
export function notes(): Page[] {
  return talk.map((line, index): Page => {
    const pick = picker(seededRandom(`note ${index}`));
    return [
      `note ${String(index + 1).padStart(2, '0')} (${pick(['quay', 'office', 'boat', 'meeting'])})`,
      `${line}\n\n- ask ${pick(people)}\n- look at MV ${pick(ships)}\n\n${pick(events)}\n`,
    ];
  });
}

/**
 * Makes a short text and a unique name from a number, for a Datasource with a million Resources. The texts repeat every
 * 47,040 numbers. This keeps the data folder small, because equal contents are stored only once.
 */
export function berthSlip(number: number): Page {
  const at = <Item>(items: readonly Item[], step: number): Item => {
    const item = items[Math.floor(number / step) % items.length];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const ship = at(ships, 1);
  const serial = String(number).padStart(7, '0');
  return [
    `${serial}-${ship.replaceAll(' ', '-')}`,
    `Berth slip. MV ${ship} at ${at(berths, 10)} with ${at(cargo, 70)}, pilot ${at(people, 560)}. ${at(events, 3920)}\n`,
  ];
}
