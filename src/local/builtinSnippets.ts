import type { Snippet } from '../domain/workspace.ts';

type Bodies = Readonly<Record<string, string>>;

/** The shapes of a language as everyone writes them, for a workspace that has no code yet. Each body begins with its prefix. */
const script: Bodies = {
  if: 'if (${1:condition}) {\n\t$0\n}',
  else: 'else {\n\t$0\n}',
  for: 'for (const ${1:item} of ${2:items}) {\n\t$0\n}',
  while: 'while (${1:condition}) {\n\t$0\n}',
  switch: 'switch (${1:key}) {\n\tcase ${2:value}:\n\t\t$0\n\t\tbreak;\n\tdefault:\n\t\tbreak;\n}',
  function: 'function ${1:name}(${2}) {\n\t$0\n}',
  async: 'async function ${1:name}(${2}) {\n\t$0\n}',
  class: 'class ${1:Name} {\n\tconstructor(${2}) {\n\t\t$0\n\t}\n}',
  try: 'try {\n\t$0\n} catch (${1:error}) {\n\tthrow ${1:error};\n}',
  import: "import { ${2} } from '${1:module}';",
  export: 'export function ${1:name}(${2}) {\n\t$0\n}',
  describe: "describe('${1:subject}', () => {\n\t$0\n});",
  throw: "throw new Error('${1:message}');",
  console: 'console.log(${1});',
};

const typed: Bodies = {
  interface: 'interface ${1:Name} {\n\t$0\n}',
  type: 'type ${1:Name} = ${0:unknown};',
};

const python: Bodies = {
  if: 'if ${1:condition}:\n\t${0:pass}',
  elif: 'elif ${1:condition}:\n\t${0:pass}',
  for: 'for ${1:item} in ${2:items}:\n\t${0:pass}',
  while: 'while ${1:condition}:\n\t${0:pass}',
  with: 'with ${1:expression} as ${2:target}:\n\t${0:pass}',
  def: 'def ${1:name}(${2}):\n\t${0:pass}',
  class: 'class ${1:Name}:\n\tdef __init__(self${2}):\n\t\t${0:pass}',
  try: 'try:\n\t${0:pass}\nexcept ${1:Exception} as ${2:error}:\n\traise',
  import: 'import ${1:module}',
  from: 'from ${1:module} import ${2:name}',
  ifmain: "if __name__ == '__main__':\n\t${0:main()}",
  raise: "raise ${1:ValueError}('${2:message}')",
};

const go: Bodies = {
  if: 'if ${1:condition} {\n\t$0\n}',
  iferr: 'if err != nil {\n\treturn ${0:err}\n}',
  for: 'for ${1:_}, ${2:item} := range ${3:items} {\n\t$0\n}',
  func: 'func ${1:name}(${2}) ${3:error} {\n\t$0\n}',
  switch: 'switch ${1:value} {\ncase ${2:one}:\n\t$0\ndefault:\n}',
  type: 'type ${1:Name} struct {\n\t$0\n}',
  import: 'import (\n\t"${0:fmt}"\n)',
  defer: 'defer func() {\n\t$0\n}()',
  package: 'package ${0:main}',
};

const rust: Bodies = {
  if: 'if ${1:condition} {\n\t$0\n}',
  for: 'for ${1:item} in ${2:items} {\n\t$0\n}',
  while: 'while ${1:condition} {\n\t$0\n}',
  match: 'match ${1:value} {\n\t${2:_} => ${0:todo!()},\n}',
  fn: 'fn ${1:name}(${2}) {\n\t${0:todo!()}\n}',
  struct: 'struct ${1:Name} {\n\t$0\n}',
  enum: 'enum ${1:Name} {\n\t$0\n}',
  impl: 'impl ${1:Name} {\n\t$0\n}',
  use: 'use ${0:std::collections::HashMap};',
  mod: 'mod ${0:tests};',
};

const java: Bodies = {
  if: 'if (${1:condition}) {\n\t$0\n}',
  else: 'else {\n\t$0\n}',
  for: 'for (${1:var} ${2:item} : ${3:items}) {\n\t$0\n}',
  while: 'while (${1:condition}) {\n\t$0\n}',
  switch: 'switch (${1:value}) {\n\tcase ${2:ONE}:\n\t\t$0\n\t\tbreak;\n\tdefault:\n\t\tbreak;\n}',
  class: 'class ${1:Name} {\n\t$0\n}',
  public: 'public ${1:void} ${2:name}(${3}) {\n\t$0\n}',
  private: 'private ${1:void} ${2:name}(${3}) {\n\t$0\n}',
  interface: 'interface ${1:Name} {\n\t$0\n}',
  try: 'try {\n\t$0\n} catch (${1:Exception} ${2:error}) {\n\tthrow new RuntimeException(${2:error});\n}',
  import: 'import ${0:java.util.List};',
  throw: 'throw new ${1:IllegalArgumentException}("${2:message}");',
};

/** What languages with the braces of C write alike. */
const braces: Bodies = {
  if: 'if (${1:condition}) {\n\t$0\n}',
  else: 'else {\n\t$0\n}',
  while: 'while (${1:condition}) {\n\t$0\n}',
  switch: 'switch (${1:value}) {\n\tcase ${2:ONE}:\n\t\t$0\n\t\tbreak;\n\tdefault:\n\t\tbreak;\n}',
};

const c: Bodies = {
  ...braces,
  for: 'for (${1:int} ${2:i} = 0; ${2:i} < ${3:count}; ${2:i}++) {\n\t$0\n}',
  struct: 'struct ${1:name} {\n\t$0\n};',
  typedef: 'typedef struct {\n\t$0\n} ${1:name};',
};

const cpp: Bodies = {
  class: 'class ${1:Name} {\npublic:\n\t$0\n};',
  namespace: 'namespace ${1:name} {\n$0\n}',
  template: 'template <typename ${1:T}>',
  try: 'try {\n\t$0\n} catch (const ${1:std::exception}& ${2:error}) {\n\tthrow;\n}',
};

const csharp: Bodies = {
  ...braces,
  foreach: 'foreach (var ${1:item} in ${2:items})\n{\n\t$0\n}',
  class: 'class ${1:Name}\n{\n\t$0\n}',
  public: 'public ${1:void} ${2:Name}(${3})\n{\n\t$0\n}',
  namespace: 'namespace ${1:Name};',
  using: 'using ${0:System};',
};

const kotlin: Bodies = {
  if: 'if (${1:condition}) {\n\t$0\n}',
  for: 'for (${1:item} in ${2:items}) {\n\t$0\n}',
  while: 'while (${1:condition}) {\n\t$0\n}',
  when: 'when (${1:value}) {\n\t${2:one} -> $0\n\telse -> {}\n}',
  fun: 'fun ${1:name}(${2}) {\n\t$0\n}',
  class: 'class ${1:Name}(${2}) {\n\t$0\n}',
  data: 'data class ${1:Name}(${0})',
};

const swift: Bodies = {
  if: 'if ${1:condition} {\n\t$0\n}',
  guard: 'guard ${1:condition} else {\n\t${0:return}\n}',
  for: 'for ${1:item} in ${2:items} {\n\t$0\n}',
  switch: 'switch ${1:value} {\ncase ${2:one}:\n\t$0\ndefault:\n\tbreak\n}',
  func: 'func ${1:name}(${2}) {\n\t$0\n}',
  struct: 'struct ${1:Name} {\n\t$0\n}',
  class: 'class ${1:Name} {\n\t$0\n}',
};

const php: Bodies = {
  ...braces,
  foreach: 'foreach (${1:\\$items} as ${2:\\$item}) {\n\t$0\n}',
  function: 'function ${1:name}(${2})\n{\n\t$0\n}',
  public: 'public function ${1:name}(${2})\n{\n\t$0\n}',
  class: 'class ${1:Name}\n{\n\t$0\n}',
};

const ruby: Bodies = {
  if: 'if ${1:condition}\n\t$0\nend',
  unless: 'unless ${1:condition}\n\t$0\nend',
  def: 'def ${1:name}\n\t$0\nend',
  class: 'class ${1:Name}\n\t$0\nend',
  module: 'module ${1:Name}\n\t$0\nend',
};

const shell: Bodies = {
  if: 'if ${1:condition}; then\n\t$0\nfi',
  for: 'for ${1:item} in ${2:items}; do\n\t$0\ndone',
  while: 'while ${1:condition}; do\n\t$0\ndone',
  case: 'case ${1:value} in\n${2:one})\n\t$0\n\t;;\nesac',
};

function made(bodies: Bodies, ...languageIds: readonly string[]): Snippet[] {
  return Object.entries(bodies).map(([prefix, body]) => ({ prefix, body, languageIds, origin: 'extension' }));
}

/** The snippets that come with the local engine. */
export const builtinSnippets: readonly Snippet[] = [
  ...made(script, 'javascript', 'javascriptreact', 'typescript', 'typescriptreact'),
  ...made(typed, 'typescript', 'typescriptreact'),
  ...made(python, 'python'),
  ...made(go, 'go'),
  ...made(rust, 'rust'),
  ...made(java, 'java'),
  ...made(c, 'c', 'cpp'),
  ...made(cpp, 'cpp'),
  ...made(csharp, 'csharp'),
  ...made(kotlin, 'kotlin'),
  ...made(swift, 'swift'),
  ...made(php, 'php'),
  ...made(ruby, 'ruby'),
  ...made(shell, 'shellscript'),
];
