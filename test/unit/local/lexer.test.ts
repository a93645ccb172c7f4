import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { inCode, inComment, inString, Lexer, LineTokens, maxLineLength } from '../../../src/local/lexer.ts';
import { familyOf, specOf } from '../../../src/local/lexicon.ts';

const marks = { [inCode]: '', [inString]: 's', [inComment]: 'c' } as Readonly<Record<number, string>>;

/** The tokens of a text, each with `s` for a string or `c` for a comment before it, lines apart. */
function cut(languageId: string, text: string): string {
  const lexer = new Lexer(specOf(familyOf(languageId, '')));
  const line = new LineTokens();
  let state = 0;
  let from = 0;
  const lines: string[] = [];
  for (const part of text.split('\n')) {
    state = lexer.cut(text, from, from + part.length, state, line);
    const tokens = Array.from({ length: line.count }, (_, index) => {
      const word = text.slice(line.starts[index], line.ends[index]);
      return `${marks[line.modes[index] ?? 0] ?? '?'}${word}`;
    });
    lines.push(tokens.join(' '));
    from += part.length + 1;
  }
  return lines.join('\n');
}

const cases: readonly [languageId: string, text: string, tokens: string][] = [
  ['typescript', "const a = 'it is'; // a b", "const a = s' sit sis s' ; c// ca cb"],
  ['typescript', '/* one\ntwo */ three', 'c/* cone\nctwo c*/ three'],
  ['typescript', 'x = `a ${b({ c: `d${e}` })} f`;', 'x = s` sa s${ b ( { c : s` sd s${ e } s` } ) } sf s` ;'],
  ['typescript', 'if (/["\']x/.test(y) && a / b / c) {}', 'if ( s/ s[ s" s\' s] sx s/ . test ( y ) && a / b / c ) { }'],
  ['typescriptreact', '<Foo bar="a b" onClick={() => go()} />', '< Foo bar = s" sa sb s" onClick = { ( ) => go ( ) } />'],
  ['javascript', 'a ??= b?.c ?? d !== e', 'a ??= b ?. c ?? d !== e'],
  ['python', 'x = """a\n# b"""  # c', 'x = s""" sa\ns# sb s"""    # c'.replace('    # c', '    c# cc')],
  ['python', "f'it' % {1: -> 2}", "f s' sit s' % { 1 : -> 2 }"],
  ['go', 'x := `a\n"b`; y <- z // d', 'x := s` sa\ns" sb s` ; y <- z c// cd'],
  ['rust', "fn a<'b>(c: &'b str) -> char { 'd' } // e", "fn a < ' b > ( c : & ' b str ) -> char { s' sd s' } c// ce"],
  ['java', '@Test void a() { b("c"); /* d */ }', '@ Test void a ( ) { b ( s" sc s" ) ; c/* cd c*/ }'],
  ['c', '#include "a.h"\nint b = \'\\n\';', '# include s" sa s. sh s"\nint b = s\' s\\n s\' ;'],
  ['cpp', 'std::vector<int> a; a->b >>= 1;', 'std :: vector < int > a ; a -> b >>= 1 ;'],
  ['csharp', 'var a = $"b {c}"; // d', 'var a = $ s" sb s{ sc s} s" ; c// cd'],
  ['ruby', "@a = 'b' # c\n=begin\nd\n=end", "@a = s' sb s' c# cc\nc=begin\ncd\nc=end"],
  ['php', '$a->b("c"); # d\n// e', '$a -> b ( s" sc s" ) ; c# cd\nc// ce'],
  ['kotlin', 'val a = """b\nc""" ?: d', 'val a = s""" sb\nsc s""" ? : d'],
  ['swift', 'let a = "b" // c\n/* d */', 'let a = s" sb s" c// cc\nc/* cd c*/'],
  ['shellscript', 'a="b\nc" # d\necho $#', 'a = s" sb\nsc s" c# cd\necho $ #'],
  ['html', '<a href="b-c"><!-- d\ne --></a>', '< a href = s" sb-c s" > c<!-- cd\nce c--> </ a >'],
  ['css', '.a-b { color: #fff; } /* c */', '. a-b { color : # fff ; } c/* cc c*/'],
  ['scss', '$a: 1; // b', '$a : 1 ; c// cb'],
  ['json', '{ "a": [1, true] }', '{ s" sa s" : [ 1 , true ] }'],
  ['yaml', 'a-b: "c" # d\ne: x#y', 'a-b : s" sc s" c# cd\ne : x # y'],
  ['toml', "[a]\nb = 'c' # d", "[ a ]\nb = s' sc s' c# cd"],
  ['sql', "SELECT a -- b\nFROM c WHERE d <> 'e'", "SELECT a c-- cb\nFROM c WHERE d <> s' se s'"],
  ['markdown', "# It's <!-- a\nb --> c", "# It ' s c<!-- ca\ncb c--> c"],
  ['unheard-of', 'a "b" # c', 'a s" sb s" # c'],
];

describe('lexer', () => {
  for (const [languageId, text, tokens] of cases) {
    it(`cuts ${languageId}: ${text.replaceAll('\n', '⏎')}`, () => {
      assert.equal(cut(languageId, text), tokens);
    });
  }

  it('knows the language by the ending where the editor has no name for it', () => {
    assert.equal(familyOf('', 'a/b.TSX'), familyOf('typescript', ''));
    assert.notEqual(familyOf('', 'b.rs'), familyOf('', 'b.go'));
  });

  it('leaves out nothing but single spaces, whatever the text', () => {
    const line = new LineTokens();
    const characters = fc.array(
      fc.constantFrom('a', 'B', '1', ' ', '\t', '"', "'", '`', '$', '{', '}', '/', '*', '#', '\\', '=', 'ä', '\ud800', '😀'),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(characters, fc.constantFrom('typescript', 'python', 'rust', 'shellscript', 'html', 'sql', ''), (parts, languageId) => {
        const text = parts.join('');
        new Lexer(specOf(familyOf(languageId, ''))).cut(text, 0, text.length, 0, line);
        let at = 0;
        for (let index = 0; index < line.count; index += 1) {
          const gap = text.slice(at, line.starts[index]);
          assert.equal(gap, line.spaced[index] === 1 ? ' ' : '');
          at = line.ends[index] ?? 0;
        }
        assert.equal(text.slice(at).trim(), '');
      }),
    );
  });

  it('cuts only the beginning of a very long line', () => {
    const line = new LineTokens();
    const text = '(('.repeat(500_000);
    new Lexer(specOf(familyOf('typescript', ''))).cut(text, 0, text.length, 0, line);
    assert.equal(line.count, maxLineLength);
  });
});
