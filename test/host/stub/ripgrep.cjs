// Stands in for `@vscode/ripgrep`, whose install script downloads from GitHub; the same binary comes by npm.
const path = require('node:path');
const arch = process.env['npm_config_arch'] || process.arch;
exports.rgPath = path.join(__dirname, '..', 'ripgrep-universal', 'bin', `linux-${arch}`, 'rg');
