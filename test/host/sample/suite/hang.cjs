// @ts-check
it('never ends', async () => {
  console.log('hanging');
  await new Promise(() => {});
}).timeout(0);
