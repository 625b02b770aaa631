import { writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';

const {
  EVENT_RUN_END,
  EVENT_SUITE_BEGIN,
  EVENT_SUITE_END,
  EVENT_TEST_FAIL,
  EVENT_TEST_PASS,
  EVENT_TEST_PENDING,
} = Mocha.Runner.constants;

/** Numbers of tests by result. The reporter writes them as JSON to the file in `ONNA_TEST_REPORT`. */
export interface LayerReport {
  readonly passed: number;
  readonly failed: number;
  /** Number of tests skipped with `it.skip` or `this.skip()`. */
  readonly skipped: number;
}

/**
 * Writes a line to the console. Adds the prefix `ONNA_TEST_MARK` if it is set, to distinguish the line from VS Code's
 * own lines in the same console. Formats the line, because the console of a VS Code window ignores format arguments.
 */
export function print(...words: unknown[]): void {
  console.log((process.env['ONNA_TEST_MARK'] ?? '') + format(...words));
}

Mocha.reporters.Base.consoleLog = print;

/**
 * A Mocha reporter that prints a line for each top-level suite, a line for each failure, and a list of all failures at
 * the end. It uses only the console, so that it also works in VS Code's extension host.
 */
export class LayerReporter extends Mocha.reporters.Base {
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  #beforeSuite = { passed: 0, failed: 0, startedAt: 0 };

  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(EVENT_SUITE_BEGIN, (suite) => {
      if (suite.parent?.root === true) this.#beforeSuite = { ...this.#counts, startedAt: Date.now() };
    });
    runner.on(EVENT_SUITE_END, (suite) => {
      if (suite.parent?.root === true) this.#printSuite(suite.title);
    });
    runner.on(EVENT_TEST_PASS, () => this.#counts.passed++);
    runner.on(EVENT_TEST_PENDING, () => this.#counts.skipped++);
    runner.on(EVENT_TEST_FAIL, (test, error: unknown) => {
      this.#counts.failed++;
      const words = error instanceof Error ? error.message : String(error);
      print(`    ✗ ${test.fullTitle()}: ${words.split('\n')[0] ?? ''}`);
    });
    runner.once(EVENT_RUN_END, () => this.#finish());
  }

  #printSuite(title: string): void {
    const { passed, failed, startedAt } = this.#beforeSuite;
    const failures = this.#counts.failed - failed;
    const outcome = `${this.#counts.passed - passed} passed${failures > 0 ? `, ${failures} failed` : ''}`;
    const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
    print(`  ${failures > 0 ? '✗' : '✓'} ${title}: ${outcome} (${seconds} s)`);
  }

  #finish(): void {
    if (this.failures.length > 0) Mocha.reporters.Base.list(this.failures);
    const file = process.env['ONNA_TEST_REPORT'];
    const report: LayerReport = this.#counts;
    if (file !== undefined) writeFileSync(file, JSON.stringify(report));
  }
}
