/** A text that must be shown as this text, whatever reads it. */
export interface HostileString {
  /** What it tries, in a few words. */
  readonly name: string;
  readonly text: string;
}

/** Of a million characters, well below what a service takes as a body. */
const megabyte = 1_000_000;

/**
 * What somebody may have called a Datasource, a Resource, a folder or themselves, or what a service may say in an
 * error. The command named in some of them is of the tests' own extension: it tells if it is ever run.
 */
export const hostileStrings: readonly HostileString[] = [
  { name: 'a script', text: '<script>alert(1)</script>' },
  { name: 'an image that fails', text: '<img src=x onerror="alert(2)">' },
  { name: 'a vector image that runs', text: '"><svg/onload=alert(3)>' },
  { name: 'the end of an element', text: '</textarea></title></style></script><h1>Big</h1>' },
  { name: 'an attribute that ends', text: `' onmouseover='alert(4)' x="` },
  { name: 'a frame', text: '<iframe srcdoc="<script>parent.alert(5)</script>"></iframe>' },
  { name: 'character references', text: '&lt;b&gt;bold&lt;/b&gt; &amp; &#60;i&#62; &#8238;gpj' },
  { name: 'a found piece', text: '<em>tide</em><mark>ebb</mark>' },
  { name: 'a Markdown link', text: '[Sign in again](https://evil.example/login)' },
  { name: 'a command link', text: '[Fix it](command:onna-hostile.run)' },
  {
    name: 'a command link with arguments',
    text: '[Fix](command:onna-hostile.run?%5B%22x%22%5D "Repair")',
  },
  { name: 'a file link', text: '[passwords](file:///etc/passwd)' },
  { name: 'a Markdown image', text: '![](https://evil.example/pixel.png)' },
  { name: 'Markdown marks', text: '**bold** _slanted_ ~~struck~~ `code` # heading' },
  { name: 'a Markdown table', text: '| a | b | |---|---| - [ ] task 1. one' },
  { name: 'a bare address', text: 'https://evil.example/bare and www.evil.example' },
  { name: 'an address in angles', text: '<https://evil.example/angles> <mail@evil.example>' },
  { name: 'a script address', text: 'javascript:alert(6) [x](javascript:alert(7))' },
  { name: 'an icon', text: '$(sync~spin) $(error) syncing' },
  { name: 'an escaped icon', text: '\\$(warning) \\[x](command:onna-hostile.run)' },
  { name: 'placeholders', text: '{0} {1} ${env:HOME} %s %d' },
  { name: 'colours of a terminal', text: '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007x' },
  { name: 'lines of its own', text: 'first\r\n2026-01-01 00:00:00.000 [error] forged\nthird\ttab' },
  { name: 'separators of lines', text: 'one\u2028two\u2029three\u0085four\u000bfive' },
  { name: 'an override of direction', text: 'invoice\u202egpj.exe' },
  { name: 'isolates of direction', text: '\u2067first\u2069 \u2066second' },
  { name: 'a zero byte', text: 'before\u0000after' },
  { name: 'a cleared screen', text: '\u0008\u0008\u000c\u009b2J' },
  { name: 'half a character', text: 'half \ud83d and \udc00 other' },
  { name: 'nothing to be seen', text: '\u200b\u2060\ufeff\u00ad' },
  { name: 'a mountain of accents', text: `a${'\u0301\u0316'.repeat(300)}b` },
  { name: 'a family', text: '👩‍👩‍👧‍👦'.repeat(60) },
  { name: 'right to left', text: 'קובץ‏ (1) ملف' },
  { name: 'a megabyte', text: 'A very long name. '.repeat(megabyte / 18) },
  { name: 'a megabyte without a space', text: 'W'.repeat(megabyte) },
  { name: 'the prototype', text: '__proto__' },
  { name: 'a constructor', text: 'constructor' },
  { name: 'a method of all objects', text: 'hasOwnProperty' },
  { name: 'the folder above', text: '../../../../etc/passwd' },
  { name: 'the folder above on Windows', text: '..\\..\\Windows\\system.ini' },
  { name: 'an absolute path', text: 'C:\\autoexec.bat' },
  { name: 'another machine’s path', text: '\\\\evil.example\\share\\x' },
  { name: 'a stream of a file', text: 'notes.txt:hidden:$DATA' },
  { name: 'a device', text: 'CON' },
  { name: 'a device with an extension', text: 'com1.txt' },
  { name: 'a device with a space', text: 'aux .json' },
  { name: 'dots and spaces at the end', text: 'report.exe . . ' },
  { name: 'dots only', text: '..' },
  { name: 'a shell', text: `"; rm -rf ~; $(reboot) \`reboot\` | & '` },
  { name: 'a database', text: `Robert'); DROP TABLE nodes;--` },
  { name: 'a template', text: '${7*7} {{7*7}} <%= 7*7 %> #{7*7}' },
];

/** What the tests' command is called that no text may run. */
export const hostileCommand = 'onna-hostile.run';
