import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pageHtml } from '../../../src/vscode/dashboardHtml.ts';

const html = pageHtml({ script: 'https://w/main.js', style: 'https://w/dashboard.css', source: 'https://w', nonce: 'abc-1' });

describe('the page of the dashboard', () => {
  it('lets in its script and its style sheet, and nothing else', () => {
    const policy = /content="([^"]*default-src[^"]*)"/.exec(html)?.[1];
    assert.equal(policy, "default-src 'none'; script-src 'nonce-abc-1'; style-src https://w; base-uri 'none'; form-action 'none'");
    assert.doesNotMatch(policy, /unsafe|data:|https:(?!\/\/w)/);
  });

  it('has no script, style or handler in its text', () => {
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.match(html, /<script nonce="abc-1" src="https:\/\/w\/main.js"><\/script>/);
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|javascript:/i);
  });

  it('shows something before the script runs', () => {
    assert.match(html, /<h1>Failsoft dashboard<\/h1>.*Reading the journal…/s);
  });
});
