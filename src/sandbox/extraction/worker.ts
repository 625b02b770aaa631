// The program of a worker thread that extracts texts. It is an own entry of the build, next to the sandbox's bundle.
import { parentPort, workerData } from 'node:worker_threads';
import { extractText } from './extract.ts';
import { serveExtraction } from './serveExtraction.ts';
import type { WorkerSettings } from './workerMessages.ts';

const { limits } = workerData as WorkerSettings;
if (parentPort) serveExtraction(parentPort, extractText, limits);
