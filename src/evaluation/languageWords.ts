/** Words that every program of a language may use without having said where they come from: keywords, types, and what its library is used for most. */
const script =
  'abstract any as async await boolean break case catch class const constructor continue debugger declare default delete do else enum export extends false ' +
  'finally for from function get if implements import in instanceof interface is keyof let namespace never new null number object of ' +
  'package private protected public readonly require return satisfies set static string super switch symbol this throw true try type typeof ' +
  'undefined unknown unique using var void while with yield ' +
  'Array ArrayBuffer BigInt Boolean Buffer Date Error Infinity Intl JSON Map Math NaN Number Object Partial Pick Omit Promise Proxy Readonly ReadonlyArray ' +
  'ReadonlyMap ReadonlySet Record Reflect RegExp Required ReturnType Set String Symbol TypeError RangeError URL Uint8Array WeakMap WeakSet ' +
  'console document fetch globalThis isFinite isNaN module exports parseFloat parseInt process setInterval setTimeout clearTimeout clearInterval structuredClone window ' +
  'abs add all allSettled apply assign at bind call ceil charAt charCodeAt clear concat copyWithin create delete entries error every exec exp fill ' +
  'filter find findIndex findLast flat flatMap floor forEach freeze from fromEntries get getTime has hasOwn includes indexOf info isArray isInteger ' +
  'join json keys lastIndexOf length localeCompare log map match matchAll max message min name next normalize now of ok on once padEnd padStart ' +
  'parse pop pow prototype push race random reduce reject repeat replace replaceAll resolve reverse round search shift sign size slice some sort ' +
  'splice split sqrt startsWith endsWith status stringify substring test text then toFixed toISOString toLowerCase toString toUpperCase trim ' +
  'trimEnd trimStart trunc unshift url value values valueOf warn stack cause write catch';
const python =
  'False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda ' +
  'match nonlocal not or pass raise return try while with yield self cls ' +
  'abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict dir divmod enumerate eval filter float format frozenset ' +
  'getattr hasattr hash hex id input int isinstance issubclass iter len list map max min next object oct open ord pow print property range repr ' +
  'reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip Exception ValueError TypeError KeyError IndexError ' +
  'RuntimeError StopIteration AttributeError NotImplementedError OSError FileNotFoundError ZeroDivisionError ' +
  'add append capitalize clear copy count decode discard encode endswith extend find get index insert intersection isalnum isalpha isdigit ' +
  'items join keys lower lstrip pop popitem remove replace reverse rsplit rstrip setdefault sort split splitlines startswith strip title union ' +
  'update upper values write read close readline readlines default __init__ __name__ __str__ __repr__ __len__ __eq__ __iter__ key';
const go =
  'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct ' +
  'switch type var append cap clear close complex copy delete imag len make max min new panic print println real recover any bool byte ' +
  'comparable complex64 complex128 error false float32 float64 int int8 int16 int32 int64 iota nil rune string true uint uint8 uint16 uint32 ' +
  'uint64 uintptr err ok fmt errors strings strconv sort time sync os io context bytes math Error Errorf New Println Printf Sprintf Fprintf ' +
  'Sprint Join Split Contains HasPrefix HasSuffix TrimSpace ToLower ToUpper Fields Repeat Replace ReplaceAll Itoa Atoi Lock Unlock RLock RUnlock ' +
  'Add Done Wait Now Since Sub Duration String Len Less Swap Slice Strings Ints Is As Unwrap Close Read Write Background';
const java =
  'abstract assert boolean break byte case catch char class const continue default do double else enum extends false final finally float for ' +
  'goto if implements import instanceof int interface long native new null package permits private protected public record return sealed short static ' +
  'strictfp super switch synchronized this throw throws transient true try var void volatile while yield ' +
  'ArrayDeque ArrayList Arrays BigDecimal Boolean Character Collection Collections Collectors Comparable Comparator Deque Double Exception ' +
  'Function HashMap HashSet IllegalArgumentException IllegalStateException Integer Iterable Iterator LinkedHashMap LinkedList List Long Map Math ' +
  'NullPointerException Number Object Objects Optional Override Queue Runnable RuntimeException Set Stream String StringBuilder Supplier System ' +
  'Thread TreeMap UnsupportedOperationException abs accept add addAll addFirst addLast anyMatch apply append asList charAt clear collect compare ' +
  'compareTo computeIfAbsent contains containsKey copyOf count empty entrySet equals err filter findFirst forEach format get getClass getKey ' +
  'getMessage getOrDefault getValue hasNext hash hashCode indexOf isEmpty isPresent iterator join keySet length map mapToInt max merge min next of ' +
  'ofNullable orElse orElseThrow out parseInt peek poll pollFirst pollLast pop print printf println push put putIfAbsent remove removeFirst replace ' +
  'run set size sort sorted split sqrt startsWith stream strip substring sum toList toLowerCase toString toUpperCase trim valueOf values';
const rust =
  'as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self ' +
  'static struct super trait true type unsafe use where while bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize ' +
  'Box Clone Copy Debug Default Display Drop Eq Err Error From HashMap HashSet BTreeMap Into Iterator None Ok Option Ord PartialEq PartialOrd Rc ' +
  'RefCell Result Some String ToString Vec VecDeque Arc Mutex assert assert_eq eprintln format panic println print todo unreachable vec write ' +
  'writeln std fmt io abs all and_then any as_bytes as_deref as_mut as_ref as_str borrow borrow_mut bytes chars clear clone cloned cmp collect ' +
  'contains contains_key copied count default drain entry enumerate err expect extend filter filter_map find first flat_map fold for_each from ' +
  'get get_mut insert into into_iter is_empty is_err is_none is_ok is_some iter iter_mut join keys last len lines lock map map_err max max_by_key ' +
  'min new next ok ok_or ok_or_else or_default or_insert or_insert_with parse partial_cmp peek pop pop_front position push push_back push_str remove ' +
  'replace rev saturating_sub skip sort sort_by sort_by_key split split_at split_whitespace sqrt starts_with sum swap take to_lowercase ' +
  'to_owned to_string to_uppercase trim unwrap unwrap_or unwrap_or_default unwrap_or_else values with_capacity zip write_str';
const csharp =
  'abstract as async await base bool break byte case catch char checked class const continue decimal default delegate do double else enum ' +
  'event explicit extern false finally fixed float for foreach get goto if implicit in init int interface internal is lock long nameof namespace ' +
  'new null object operator out override params private protected public readonly record ref required return sbyte sealed set short sizeof static ' +
  'string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using value var virtual void volatile when where while with ' +
  'yield Action ArgumentException ArgumentNullException Array Boolean Console DateTime Dictionary Enumerable Exception Func Guid HashSet IDisposable ' +
  'IEnumerable IList IReadOnlyList Int32 InvalidOperationException KeyValuePair Linq List Math Math Object Queue Random Stack String StringBuilder ' +
  'System Task Task TimeSpan Tuple Add AddRange Aggregate All Any Append AppendLine Average Clear Compare Concat Contains ContainsKey Count Dequeue ' +
  'Dispose Distinct Empty EndsWith Enqueue Equals First FirstOrDefault Format GetHashCode GetValueOrDefault GroupBy IndexOf Insert IsNullOrEmpty ' +
  'IsNullOrWhiteSpace Join Key Keys Last Length Max Message Min Now OrderBy OrderByDescending Parse Peek Pop Push Remove Replace Reverse Select ' +
  'SelectMany Skip Sort Split StartsWith Substring Sum Take ToArray ToDictionary ToList ToLower ToString ToUpper Trim TryGetValue TryParse ' +
  'UtcNow Value Values Where Write WriteLine Zip Abs Ceiling Floor Pow Round Sqrt';
const ruby =
  'BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or redo rescue retry ' +
  'return self super then true undef unless until when while yield Array ArgumentError Comparable Enumerable Float Hash Integer Kernel KeyError ' +
  'Math NotImplementedError Object Proc Range Rational Regexp RuntimeError Set StandardError String Struct Symbol Time TypeError abs all any ' +
  'append attr_accessor attr_reader attr_writer block_given call capitalize ceil chars chomp clear collect compact concat count delete detect ' +
  'dig downcase dup each each_cons each_slice each_with_index each_with_object empty end_with extend fetch find first flat_map flatten floor ' +
  'format freeze frozen gsub group_by has_key include include index initialize inject insert inspect instance_of is_a join key keys kind_of ' +
  'lambda last length lines ljust loop map match max max_by merge message min min_by new none now partition pop prepend print private proc ' +
  'protected public push puts raise rand reduce reject require require_relative respond_to reverse rjust round select send shift size slice ' +
  'sort sort_by split start_with store strip sub sum take tally tap times to_a to_f to_h to_i to_proc to_s to_sym transform_values uniq unshift ' +
  'upcase upto values zip zero positive negative';

const all = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const scriptWords = all(script);

const byLanguage: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...['typescript', 'typescriptreact', 'javascript', 'javascriptreact'].map((id) => [id, scriptWords] as const),
  ['python', all(python)],
  ['go', all(go)],
  ['java', all(java)],
  ['rust', all(rust)],
  ['csharp', all(csharp)],
  ['ruby', all(ruby)],
]);

/** Whether a word is the language's own. */
export function isKnownWord(languageId: string, word: string): boolean {
  return byLanguage.get(languageId)?.has(word) === true;
}

/** Whether unknown names can be told from the language's own words. */
export function hasWords(languageId: string): boolean {
  return byLanguage.has(languageId);
}
