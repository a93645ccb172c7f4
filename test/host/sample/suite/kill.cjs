// @ts-check
it('kills the extension host', async () => {
  console.log('last words');
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => {});
});
