// Stands in for `@vscode/fs-copyfile` (native copy-on-write copies); only the git extension's worktree command uses it.
const { copyFile, cp } = require('node:fs/promises');
exports.copyFile = copyFile;
exports.cloneFile = copyFile;
exports.cp = cp;
exports.isCloneSupported = () => false;
