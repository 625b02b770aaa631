// Starts a sandbox that collects a folder, and kills itself before it stores a part of an archive:
//   node killedAtPart.ts DATA_FOLDER ORIGIN NUMBER_OF_THE_PART
import { startSandbox } from '../../../../src/sandbox/sandbox.ts';

const [dataFolder = '', origin = '', number = ''] = process.argv.slice(2);
const sandbox = await startSandbox({ dataFolder, passwordCost: 16 });
const { contents } = sandbox.stores;
const readBytes = contents.readBytes.bind(contents);
let parts = 0;
contents.readBytes = (bytes, signal) => {
  parts++;
  if (parts === Number(number)) process.kill(process.pid, 'SIGKILL');
  return readBytes(bytes, signal);
};
const { path } = sandbox.addWorkspace('Harbour', 'harbour');
sandbox.addDatasource({ parent: path, title: 'Wiki', type: 'confluence', sync: 'auto', id: 'wiki', origin });
