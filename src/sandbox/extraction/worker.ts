// The program of a process that extracts texts. It is an own entry of the build, next to the sandbox's bundle.
import { extractText } from './extract.ts';
import { serveExtraction } from './serveExtraction.ts';

serveExtraction(extractText);
