/**
 * What to tell a person when something else than the model answered: what it was, as far as the status tells, and what helps.
 *
 * @param status HTTP status of the answer, 100…599
 * @param location the header of a redirect; only its origin is shown, for the rest may hold anything
 * @see RFC 9110 section 15.5.8 for 407, RFC 6585 section 6 for 511
 */
export function proxyMessage(status: number, location: string | undefined): string {
  if (status === 407)
    return 'the proxy wants a name and password (HTTP 407); see the VS Code settings http.proxy and http.proxyAuthorization';
  if (status === 511) return 'this network wants you to sign in (HTTP 511); open a web page in the browser and sign in there';
  if (status >= 300 && status < 400) {
    const target = location !== undefined && URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
    return (
      `the server sends us on${target} (HTTP ${status}); redirects are not followed, because the key and the code would go along; ` +
      'sign in if it is a login page, or put the final address into baseUrl'
    );
  }
  return (
    `a web page came instead of the model’s answer (HTTP ${status}); a proxy or a sign-in page of this network may stand in between, ` +
    'or baseUrl is the address of a website'
  );
}
