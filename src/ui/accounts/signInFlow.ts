import * as vscode from 'vscode';
import { settingDefaults, validSetting, type SettingId } from '../../model/settings/settingValues.ts';
import type { Accounts } from '../../model/accounts/accounts.ts';
import type { Connection } from '../../model/accounts/connection.ts';
import type { ClientPool } from '../../model/accounts/clientPool.ts';
import { isLoopback, parseBaseUrl, type AccountAddress } from '../../onna/address.ts';
import { isOnnaError } from '../../onna/errors.ts';
import { cleanToken, tokenLogin } from '../../onna/token.ts';
import { askText, required, type StepResult } from './askText.ts';
import { describeError } from '../text/errorText.ts';
import type { Moment } from '../text/errorMoment.ts';

const serverSetting = 'onna.server' satisfies SettingId;

/** The values that the steps collect. */
interface Answers {
  baseUrl: string;
  container: string;
  account: string;
  method: 'password' | 'token';
  user: string;
  /** The last value that failed its check. If the user enters the same value again, it is accepted. */
  doubted?: string | undefined;
}

/** Failures that do not show whether the typed value is wrong, because the server did not check the value. */
const unanswered = [
  'cancelled',
  'unreachable',
  'timeout',
  'tls',
  'proxy',
  'authServerDown',
  'rateLimited',
  'serverError',
] as const;

/**
 * Checks a typed value. A value that failed its check is accepted if the user enters it again, because the check can be
 * wrong, for example behind a gateway that forwards only requests with a token.
 * @returns The problem, if there is one.
 */
async function checked(
  value: string,
  answers: Answers,
  moment: Moment,
  check: () => Promise<void>,
): Promise<string | undefined> {
  const key = `${moment} ${value}`;
  if (answers.doubted === key) return undefined;
  answers.doubted = undefined;
  try {
    await check();
    return undefined;
  } catch (error) {
    if (!isOnnaError(error, ...unanswered)) answers.doubted = key;
    return describeError(error, moment);
  }
}

/** Asks for a server, an account and a user, and signs in. */
export class SignInFlow {
  readonly #accounts: Accounts;
  readonly #clients: ClientPool;

  constructor(accounts: Accounts, clients: ClientPool) {
    this.#accounts = accounts;
    this.#clients = clients;
  }

  /**
   * @param known The connection to sign in to again, or the account to sign in to. The steps for its known values are
   * skipped.
   * @returns Undefined when the user cancelled.
   */
  async run(known?: Connection | AccountAddress): Promise<Connection | undefined> {
    const again = known && 'id' in known ? known : undefined;
    const answers: Answers = {
      baseUrl:
        known?.baseUrl ??
        validSetting(serverSetting, vscode.workspace.getConfiguration().get<unknown>(serverSetting)) ??
        settingDefaults[serverSetting],
      container: known?.container ?? 'rel0',
      account: known?.account ?? '',
      method: again && this.#accounts.isTokenOnly(again.id) ? 'token' : 'password',
      user: again?.user ?? '',
    };
    let connection: Connection | undefined;
    const done = (made: Connection): void => {
      connection = made;
    };
    const title = vscode.l10n.t('Sign In to Onna');
    const all = [
      () => this.#askServer(title, answers),
      () => this.#askContainer(title, answers),
      () => this.#askAccount(title, answers),
      () => this.#askMethod(title, answers),
      () =>
        answers.method === 'password' ? this.#askUser(title, answers) : this.#askToken(title, answers, done),
      () => this.#askPassword(title, answers, done),
    ];
    let step = again ? (answers.method === 'token' ? 4 : 5) : known ? 3 : 0;
    while (step >= 0) {
      const result = await all[step]?.();
      if (connection) return connection;
      if (result === 'cancel' || result === undefined) return undefined;
      step += result === 'back' ? -1 : 1;
    }
    return undefined;
  }

  #askServer(title: string, answers: Answers): Promise<StepResult> {
    return askText({
      title,
      step: 1,
      steps: 6,
      prompt: vscode.l10n.t('The server’s address'),
      placeholder: 'https://enterprise.onna.com',
      value: answers.baseUrl,
      accept: async (value, signal) => {
        const baseUrl = parseBaseUrl(value);
        if (baseUrl === undefined)
          return vscode.l10n.t('This is not the address of a server. Example: https://enterprise.onna.com');
        const url = new URL(baseUrl);
        if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
          return vscode.l10n.t('Use https. Over http, others could read your password and token in transit.');
        }
        answers.baseUrl = baseUrl;
        return checked(baseUrl, answers, 'serverStep', () => this.#clients.checkServer(baseUrl, signal));
      },
    });
  }

  #askContainer(title: string, answers: Answers): Promise<StepResult> {
    return askText({
      title,
      step: 2,
      steps: 6,
      prompt: vscode.l10n.t(
        'The container: the part of your Onna URLs after “/api/” (often “rel0”, or the same as the account)',
      ),
      value: answers.container,
      keep: (value) => (answers.container = value.trim()),
      accept: (value) => required(value, (container) => (answers.container = container)),
    });
  }

  #askAccount(title: string, answers: Answers): Promise<StepResult> {
    return askText({
      title,
      step: 3,
      steps: 6,
      prompt: vscode.l10n.t('The account: the part of your Onna URLs after the container'),
      value: answers.account,
      keep: (value) => (answers.account = value.trim()),
      accept: async (value, signal) => {
        const missing = required(value, (account) => (answers.account = account));
        if (missing !== undefined) return missing;
        const { baseUrl, container, account } = answers;
        const key = [baseUrl, container, account].join('\n');
        const address = { baseUrl, container, account };
        return checked(key, answers, 'accountStep', () => this.#clients.checkAccount(address, signal));
      },
    });
  }

  #askMethod(title: string, answers: Answers): Promise<StepResult> {
    return new Promise((resolve) => {
      const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { method: Answers['method'] }>();
      let result: StepResult = 'cancel';
      pick.title = title;
      pick.step = 4;
      pick.totalSteps = 6;
      pick.ignoreFocusOut = true;
      pick.buttons = [vscode.QuickInputButtons.Back];
      const password = { method: 'password', label: `$(key) ${vscode.l10n.t('User and password')}` } as const;
      const token = {
        method: 'token',
        label: `$(shield) ${vscode.l10n.t('Token')}`,
        detail: vscode.l10n.t(
          'For accounts with single sign-on: paste the bearer token from a signed-in browser',
        ),
      } as const;
      // An account that issues no sign-in code does not accept passwords, so offer the token first.
      pick.items = answers.doubted === undefined ? [password, token] : [token, password];
      pick.onDidTriggerButton(() => {
        result = 'back';
        pick.hide();
      });
      pick.onDidAccept(() => {
        answers.method = pick.selectedItems[0]?.method ?? 'password';
        result = 'next';
        pick.hide();
      });
      pick.onDidHide(() => {
        pick.dispose();
        resolve(result);
      });
      pick.show();
    });
  }

  #askUser(title: string, answers: Answers): Promise<StepResult> {
    return askText({
      title,
      step: 5,
      steps: 6,
      prompt: vscode.l10n.t('Your user name: usually an email address'),
      value: answers.user,
      keep: (value) => (answers.user = value.trim()),
      accept: (value) => required(value, (user) => (answers.user = user)),
    });
  }

  #askPassword(title: string, answers: Answers, done: (connection: Connection) => void): Promise<StepResult> {
    return askText({
      title,
      step: 6,
      steps: 6,
      prompt: vscode.l10n.t('The password of {0}. It is kept in VS Code’s secret storage.', answers.user),
      password: true,
      accept: async (password, signal) => {
        if (password === '') return vscode.l10n.t('Please enter a value.');
        try {
          done(await this.#accounts.addByPassword(answers, answers.user, password, signal));
          return undefined;
        } catch (error) {
          return describeError(error, 'passwordStep');
        }
      },
    });
  }

  #askToken(title: string, answers: Answers, done: (connection: Connection) => void): Promise<StepResult> {
    return askText({
      title,
      step: 5,
      steps: 5,
      prompt: vscode.l10n.t('The token. It is kept in VS Code’s secret storage.'),
      password: true,
      accept: async (value, signal) => {
        const token = cleanToken(value);
        if (token === undefined) return vscode.l10n.t('This is not a token.');
        try {
          const user = (await this.#clients.ownerOf(answers, token, signal)) ?? tokenLogin(token) ?? 'token';
          done(await this.#accounts.addByToken(answers, user, token));
          return undefined;
        } catch (error) {
          return describeError(error, 'tokenStep');
        }
      },
    });
  }
}
