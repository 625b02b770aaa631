/** Replaces the placeholders `{0}`, `{1}`, … with values. */
export function fillIn(template: string, ...values: readonly (string | number)[]): string {
  return template.replaceAll(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}
