import type { Figure, Quantity } from './row.ts';

const headings = ['figure', 'ours', 'baseline', 'ratio', 'goal', ''] as const;

/**
 * Formats a number with thousands separators. A number that is not an integer has two decimals below 10, one decimal
 * below 100, and no decimals above.
 */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function formatQuantity(quantity: Quantity | undefined): string {
  if (!quantity) return '–';
  const { value, unit, of } = quantity;
  const [shown, name] =
    unit === 'bytes' && value >= 10_000 ? [value / 1_000, 'KB'] : ([value, unit] as [number, string]);
  return `${formatNumber(shown)} ${name}${of === undefined ? '' : ` (${of})`}`;
}

function cells(figure: Figure): string[] {
  return [
    figure.figure,
    formatQuantity(figure.ours),
    formatQuantity(figure.against),
    figure.ratio === undefined ? '–' : formatNumber(figure.ratio),
    figure.goal,
    figure.pass ? 'pass' : 'MISSED',
  ];
}

/** Returns the result table as Markdown that is readable in a terminal. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = [[...headings], ...figures.map(cells)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
