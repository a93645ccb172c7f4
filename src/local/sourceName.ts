/** Larger files are not read, in bytes. */
export const maxFileBytes = 1024 * 1024;
/** The same for formats that are data more often than they are written by hand. */
export const maxDataBytes = 64 * 1024;

const wordsOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** What no code is written in; the rest of the binaries is found out by what they hold. */
const otherEndings = wordsOf(
  'png jpg jpeg gif webp avif bmp ico icns tif tiff psd ai eps svg pdf zip gz tgz bz2 xz zst 7z rar jar war ear class o a so dylib dll exe pdb ' +
    'obj lib bin dat db sqlite sqlite3 mdb wasm pyc pyo pyd whl egg woff woff2 ttf otf eot mp3 mp4 m4a ogg wav flac avi mov mkv webm ' +
    'doc docx xls xlsx ppt pptx odt ods odp pack idx npy npz pkl parquet onnx pt safetensors gguf h5 map lock log csv tsv jsonl ndjson ' +
    'ipynb snap min nib xib storyboard pbxproj xcuserstate unity prefab meta fbx blend iso dmg deb rpm apk ipa aab vsix crx',
);
const dataEndings = wordsOf('json jsonc yaml yml xml html htm txt sql toml plist po pot xlf xliff resx geojson');
/** What package tools write. */
const lockNames = wordsOf(
  'package-lock.json npm-shrinkwrap.json pnpm-lock.yaml bun.lockb go.sum packages.lock.json composer.lock flake.lock gradlew mvnw gradlew.bat mvnw.cmd',
);
/** Folders of what others wrote, or programs. Where people keep their own code in one of these names, it stays known while it is open. */
const otherFolders = wordsOf(
  '.git .hg .svn .jj node_modules bower_components jspm_packages vendor third_party thirdparty pods carthage .venv venv site-packages __pycache__ ' +
    '.tox .nox .mypy_cache .pytest_cache .ruff_cache .gradle .idea .vs .next .nuxt .svelte-kit .turbo .parcel-cache .cache .yarn .pnpm-store ' +
    '.terraform .dart_tool deriveddata dist target coverage .nyc_output __snapshots__ .bundle elm-stuff _build .stack-work dist-newstyle',
);
/** `app.min.js`, `api.pb.go`, `model.g.dart`, `Form.Designer.cs`, `schema_generated.ts` … */
const writtenByPrograms =
  /[.-]min\.[a-z]+$|\.(?:pb|g|freezed|designer|generated|gen|bundle|chunk)\.[a-z]+$|[._]generated\.[a-z]+$|_pb2(?:_grpc)?\.pyi?$|\.pb\.(?:h|cc)$/;

/** Whether a file is, by its name alone, none that people write code in. @param name path within the workspace folder, `/` between its parts */
export function isOtherName(name: string): boolean {
  const parts = name.toLowerCase().split('/');
  const file = parts.pop() ?? '';
  if (parts.some((part) => otherFolders.has(part))) return true;
  return lockNames.has(file) || otherEndings.has(endingOf(file)) || writtenByPrograms.test(file);
}

/** How long the file may be, in bytes. */
export function largestOf(name: string): number {
  return dataEndings.has(endingOf(name.toLowerCase())) ? maxDataBytes : maxFileBytes;
}

/** The folders that hold nothing people write, for the editor's search to leave out. */
export function foldersLeftOut(): readonly string[] {
  return [...otherFolders];
}

function endingOf(file: string): string {
  const dot = file.lastIndexOf('.');
  return dot < 0 ? '' : file.slice(dot + 1);
}
