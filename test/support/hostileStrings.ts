/** A text that must be shown literally, wherever it appears. */
export interface HostileString {
  /** The kind of attack, in a few words. */
  readonly name: string;
  readonly text: string;
}

/** In characters; well below the maximum size of a request body. */
const megabyte = 1_000_000;

/**
 * Possible names of Datasources, Resources, folders and users, and possible error messages of a service. Some of them
 * name a command of the tests' own extension, which records whether it was ever run.
 */
export const hostileStrings: readonly HostileString[] = [
  { name: 'a script', text: '<script>alert(1)</script>' },
  { name: 'an image that fails', text: '<img src=x onerror="alert(2)">' },
  { name: 'an SVG that runs a script', text: '"><svg/onload=alert(3)>' },
  { name: 'closing tags', text: '</textarea></title></style></script><h1>Big</h1>' },
  { name: 'quotes that end an attribute', text: `' onmouseover='alert(4)' x="` },
  { name: 'a frame', text: '<iframe srcdoc="<script>parent.alert(5)</script>"></iframe>' },
  { name: 'character references', text: '&lt;b&gt;bold&lt;/b&gt; &amp; &#60;i&#62; &#8238;gpj' },
  { name: 'highlight tags', text: '<em>tide</em><mark>ebb</mark>' },
  { name: 'a Markdown link', text: '[Sign in again](https://evil.example/login)' },
  { name: 'a command link', text: '[Fix it](command:onna-hostile.run)' },
  {
    name: 'a command link with arguments',
    text: '[Fix](command:onna-hostile.run?%5B%22x%22%5D "Repair")',
  },
  { name: 'a file link', text: '[passwords](file:///etc/passwd)' },
  { name: 'a Markdown image', text: '![](https://evil.example/pixel.png)' },
  { name: 'Markdown formatting', text: '**bold** _slanted_ ~~struck~~ `code` # heading' },
  { name: 'a Markdown table', text: '| a | b | |---|---| - [ ] task 1. one' },
  { name: 'a bare address', text: 'https://evil.example/bare and www.evil.example' },
  { name: 'an address in angle brackets', text: '<https://evil.example/angles> <mail@evil.example>' },
  { name: 'a script address', text: 'javascript:alert(6) [x](javascript:alert(7))' },
  { name: 'an icon', text: '$(sync~spin) $(error) syncing' },
  { name: 'an escaped icon', text: '\\$(warning) \\[x](command:onna-hostile.run)' },
  { name: 'placeholders', text: '{0} {1} ${env:HOME} %s %d' },
  { name: 'terminal escape codes', text: '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007x' },
  { name: 'a forged log line', text: 'first\r\n2026-01-01 00:00:00.000 [error] forged\nthird\ttab' },
  { name: 'line separators', text: 'one\u2028two\u2029three\u0085four\u000bfive' },
  { name: 'a direction override', text: 'invoice\u202egpj.exe' },
  { name: 'direction isolates', text: '\u2067first\u2069 \u2066second' },
  { name: 'a zero byte', text: 'before\u0000after' },
  { name: 'codes that clear the screen', text: '\u0008\u0008\u000c\u009b2J' },
  { name: 'lone surrogates', text: 'half \ud83d and \udc00 other' },
  { name: 'invisible characters', text: '\u200b\u2060\ufeff\u00ad' },
  { name: 'a mountain of accents', text: `a${'\u0301\u0316'.repeat(300)}b` },
  { name: 'joined emoji', text: '👩‍👩‍👧‍👦'.repeat(60) },
  { name: 'right-to-left text', text: 'קובץ‏ (1) ملف' },
  { name: 'a megabyte', text: 'A very long name. '.repeat(megabyte / 18) },
  { name: 'a megabyte without a space', text: 'W'.repeat(megabyte) },
  { name: 'the prototype', text: '__proto__' },
  { name: 'a constructor', text: 'constructor' },
  { name: 'a method of all objects', text: 'hasOwnProperty' },
  { name: 'a path to parent folders', text: '../../../../etc/passwd' },
  { name: 'a Windows path to parent folders', text: '..\\..\\Windows\\system.ini' },
  { name: 'an absolute path', text: 'C:\\autoexec.bat' },
  { name: 'a UNC path', text: '\\\\evil.example\\share\\x' },
  { name: 'an alternate data stream', text: 'notes.txt:hidden:$DATA' },
  { name: 'a device name', text: 'CON' },
  { name: 'a device name with an extension', text: 'com1.txt' },
  { name: 'a device name with a space', text: 'aux .json' },
  { name: 'dots and spaces at the end', text: 'report.exe . . ' },
  { name: 'dots only', text: '..' },
  { name: 'shell commands', text: `"; rm -rf ~; $(reboot) \`reboot\` | & '` },
  { name: 'an SQL injection', text: `Robert'); DROP TABLE nodes;--` },
  { name: 'template expressions', text: '${7*7} {{7*7}} <%= 7*7 %> #{7*7}' },
];

/** Id of the tests' command, which no text may run. */
export const hostileCommand = 'onna-hostile.run';
