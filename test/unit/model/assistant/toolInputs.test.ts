import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { toolInputs } from '../../../../src/model/assistant/toolInputs.ts';
import { isActionTool, toolNames } from '../../../../src/model/assistant/toolNames.ts';

interface Tool {
  readonly name: string;
  readonly when: string;
  readonly toolReferenceName: string;
  readonly icon: string;
  readonly modelDescription: string;
  readonly inputSchema: object;
}

interface Contributions {
  readonly languageModelTools: readonly Tool[];
  readonly languageModelToolSets: readonly { readonly tools: readonly string[] }[];
  readonly chatSkills: readonly { readonly path: string }[];
}

const text = await readFile(new URL('../../../../package.json', import.meta.url), 'utf8');
const { contributes } = JSON.parse(text) as { contributes: Contributions };
const tools = contributes.languageModelTools;

describe('The tools in package.json', () => {
  it('have the same names as in the code', () => {
    assert.deepEqual(
      tools.map(({ name }) => name),
      [...toolNames],
    );
  });

  it('have the same inputs as in the code', () => {
    for (const { name, inputSchema } of tools) {
      const tool = toolNames.find((known) => known === name);
      assert.ok(tool);
      const { $schema, ...schema } = toJsonSchema(toolInputs[tool]);
      assert.ok($schema);
      assert.deepEqual(inputSchema, schema, name);
    }
  });

  it('are offered only while an account is signed in, and actions only if the user allows them', () => {
    for (const { name, when } of tools) {
      const tool = toolNames.find((known) => known === name);
      assert.ok(tool);
      const signedIn = 'onna.signedIn';
      assert.equal(when, isActionTool(tool) ? `${signedIn} && config.onna.assistant.actions` : signedIn);
    }
  });

  it('have an icon, a name for references in a prompt, and no input for an address or a path', () => {
    for (const { icon, toolReferenceName, inputSchema } of tools) {
      assert.match(icon, /^\$\([\w-]+\)$/);
      assert.match(toolReferenceName, /^onna[A-Z]?\w*$/);
      const { properties } = inputSchema as { properties: object };
      assert.deepEqual(
        Object.keys(properties).filter((key) => /url|uri|path|file|server|credential|secret/i.test(key)),
        [],
      );
    }
  });

  it('are all named in the skill and in the tool set', async () => {
    const { chatSkills, languageModelToolSets } = contributes;
    const [skill] = chatSkills;
    const guide = await readFile(new URL(`../../../../${skill?.path ?? ''}`, import.meta.url), 'utf8');
    for (const name of toolNames) assert.ok(guide.includes(`\`${name}\``), name);
    const [name] = /^name: .*$/m.exec(guide) ?? [];
    // VS Code requires that the folder has the name of the skill.
    assert.equal(name, `name: ${path.basename(path.dirname(skill?.path ?? ''))}`);
    assert.deepEqual(
      languageModelToolSets[0]?.tools,
      tools.map(({ toolReferenceName }) => toolReferenceName),
    );
  });
});
