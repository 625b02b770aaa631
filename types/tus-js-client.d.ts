// Types for the core of tus-js-client. Its index would also load HTTP and file code that this extension does not use.
declare module 'tus-js-client/lib.esm/upload.js' {
  import type { UploadOptions } from 'tus-js-client';

  type CoreOptions = Omit<UploadOptions, 'fingerprint' | 'onError' | 'onShouldRetry'> & {
    readonly protocol: 'tus-v1';
    fingerprint(): Promise<string>;
    onError(error: unknown): void;
    onShouldRetry(error: unknown): boolean;
  };

  class BaseUpload {
    readonly url: string | null;
    constructor(file: object, options: CoreOptions);
    start(): void;
    abort(): Promise<void>;
  }

  export = BaseUpload;
}
