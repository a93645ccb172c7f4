/** Where the page gets what it is made of. */
export interface PageParts {
  /** URL of the script. */
  readonly script: string;
  /** URL of the style sheet. */
  readonly style: string;
  /** Where the style sheet may come from, as the editor words it for the policy. */
  readonly source: string;
  /** Of this page alone; letters, digits and `-`. */
  readonly nonce: string;
}

/**
 * The page before its script runs: a heading and grey places, so that there is something to see at once. The policy lets in our script and
 * our style sheet, and nothing else: no network, no images, no styles or handlers in the text.
 */
export function pageHtml({ script, style, source, nonce }: PageParts): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source}; base-uri 'none'; form-action 'none'`;
  const places = '<div class="place"></div>'.repeat(4);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Failsoft dashboard</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main>
<header><div><h1>Failsoft dashboard</h1><p class="status">Reading the journal…</p></div></header>
<div class="places" aria-hidden="true">${places}</div>
</main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
