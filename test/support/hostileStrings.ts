/** A text that the extension must display literally in every place. */
export interface HostileString {
  /** A noun phrase that describes the text in test titles. */
  readonly name: string;
  readonly text: string;
}

/** Length of the longest texts, in characters; far below the maximum size of a request body. */
const megabyte = 1_000_000;

/**
 * Texts that a service could send as names of Datasources, Resources, folders and users, and as error messages. Some
 * texts contain links to {@link hostileCommand}.
 */
export const hostileStrings: readonly HostileString[] = [
  { name: 'a script element', text: '<script>alert(1)</script>' },
  { name: 'an image element with an error handler', text: '<img src=x onerror="alert(2)">' },
  { name: 'an SVG element with a load handler', text: '"><svg/onload=alert(3)>' },
  { name: 'closing tags', text: '</textarea></title></style></script><h1>Big</h1>' },
  { name: 'quotes that close an attribute', text: `' onmouseover='alert(4)' x="` },
  { name: 'an iframe element', text: '<iframe srcdoc="<script>parent.alert(5)</script>"></iframe>' },
  { name: 'HTML character references', text: '&lt;b&gt;bold&lt;/b&gt; &amp; &#60;i&#62; &#8238;gpj' },
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
  { name: 'a URL without markup', text: 'https://evil.example/bare and www.evil.example' },
  { name: 'a URL in angle brackets', text: '<https://evil.example/angles> <mail@evil.example>' },
  { name: 'a javascript: URL', text: 'javascript:alert(6) [x](javascript:alert(7))' },
  { name: 'icon syntax', text: '$(sync~spin) $(error) syncing' },
  { name: 'escaped icon syntax', text: '\\$(warning) \\[x](command:onna-hostile.run)' },
  { name: 'placeholders', text: '{0} {1} ${env:HOME} %s %d' },
  { name: 'terminal escape codes', text: '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007x' },
  { name: 'a forged log line', text: 'first\r\n2026-01-01 00:00:00.000 [error] forged\nthird\ttab' },
  { name: 'line separators', text: 'one\u2028two\u2029three\u0085four\u000bfive' },
  { name: 'a text direction override', text: 'invoice\u202egpj.exe' },
  { name: 'text direction isolates', text: '\u2067first\u2069 \u2066second' },
  { name: 'a null character', text: 'before\u0000after' },
  { name: 'control characters that clear the screen', text: '\u0008\u0008\u000c\u009b2J' },
  { name: 'lone surrogates', text: 'half \ud83d and \udc00 other' },
  { name: 'invisible characters', text: '\u200b\u2060\ufeff\u00ad' },
  { name: 'hundreds of combining accents', text: `a${'\u0301\u0316'.repeat(300)}b` },
  { name: 'emoji with joiners', text: '👩‍👩‍👧‍👦'.repeat(60) },
  { name: 'right-to-left text', text: 'קובץ‏ (1) ملف' },
  { name: 'a megabyte of text', text: 'A very long name. '.repeat(megabyte / 18) },
  { name: 'a megabyte of text without spaces', text: 'W'.repeat(megabyte) },
  { name: 'the name __proto__', text: '__proto__' },
  { name: 'the name constructor', text: 'constructor' },
  { name: 'the name hasOwnProperty', text: 'hasOwnProperty' },
  { name: 'a path to parent folders', text: '../../../../etc/passwd' },
  { name: 'a Windows path to parent folders', text: '..\\..\\Windows\\system.ini' },
  { name: 'an absolute path', text: 'C:\\autoexec.bat' },
  { name: 'a UNC path', text: '\\\\evil.example\\share\\x' },
  { name: 'an NTFS alternate data stream', text: 'notes.txt:hidden:$DATA' },
  { name: 'a Windows device name', text: 'CON' },
  { name: 'a Windows device name with a file extension', text: 'com1.txt' },
  { name: 'a Windows device name with a space', text: 'aux .json' },
  { name: 'trailing dots and spaces', text: 'report.exe . . ' },
  { name: 'the name of the parent folder', text: '..' },
  { name: 'shell commands', text: `"; rm -rf ~; $(reboot) \`reboot\` | & '` },
  { name: 'an SQL injection', text: `Robert'); DROP TABLE nodes;--` },
  { name: 'template expressions', text: '${7*7} {{7*7}} <%= 7*7 %> #{7*7}' },
];

/** The id of a command that a test extension provides. No text may ever run this command. */
export const hostileCommand = 'onna-hostile.run';
