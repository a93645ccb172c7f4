// @ts-check
it('ends the extension host', async () => {
  console.log('last words');
  process.exit(0);
  await new Promise(() => {});
});
