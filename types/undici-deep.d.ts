// Types for the files of undici that are imported one by one. Its index would load everything (twice the time and
// bytes), and put its own agent into the process-wide slot that every other extension's fetch uses.
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool as PoolType } from 'undici';
  const Pool: typeof PoolType;
  export = Pool;
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  import type { ProxyAgent as ProxyAgentType } from 'undici';
  const ProxyAgent: typeof ProxyAgentType;
  export = ProxyAgent;
}

declare module 'undici/lib/api/index.js' {
  import type { Dispatcher } from 'undici';
  const api: {
    request(this: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>;
    connect(this: Dispatcher, options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>;
  };
  export = api;
}
