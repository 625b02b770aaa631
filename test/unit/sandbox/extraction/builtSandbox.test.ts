import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { japanesePdf } from '../../../support/pdf.ts';
import { eventually } from '../support/fixture.ts';
import { officeDocument } from '../support/officeDocuments.ts';
import { TemporaryFolders } from '../support/temporaryFolders.ts';
import { Caller } from '../support/wire.ts';
import type { SandboxLogin } from '../support/wire.ts';

// `npm test` builds `dist` before it runs this file.
const built = fileURLToPath(new URL('../../../../dist/sandbox', import.meta.url));

describe('The built sandbox', () => {
  const folders = new TemporaryFolders();
  let child: ChildProcess | undefined;
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await folders.removeAll();
  });

  it('reads a Word document and Japanese PDFs in its worker, with the character maps that it ships', async () => {
    // Far from the repository, so that it can load nothing from there.
    const program = await folders.make();
    await cp(built, program, { recursive: true });
    const origin = await folders.make({
      'shift-jis.pdf': japanesePdf('90ms-RKSJ-H', '8c5f96f18f91'),
      'unicode.pdf': japanesePdf('UniJIS-UCS2-H', '59517d0466f8'),
      'letter.docx': officeDocument({
        'word/document.xml|wordprocessingml.document.main':
          '<w:document><w:body><w:p><w:r><w:t>契約書 of the harbour</w:t></w:r></w:p></w:body></w:document>',
      }),
    });
    const options = ['--json', '--data', await folders.make(), '--origin', `Notes=${origin}`];
    const started = spawn(process.execPath, [path.join(program, 'sandbox.cjs'), ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child = started;
    const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
    const caller = await Caller.signedIn(JSON.parse(line) as SandboxLogin);
    const query = {
      advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, '契約書'] }] },
      includes: ['title'],
    };
    await eventually(async () => (await caller.search('', query)).items_count === 3);
  }).timeout(60_000);
});
