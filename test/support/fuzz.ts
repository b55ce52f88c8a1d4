// How many cases a test with inputs made by chance tries, and from which seed: `npm run fuzz` asks for many more than `npm test`.

/** FUZZ_CASES, else few enough for every run of the tests. */
export const cases = Number(process.env.FUZZ_CASES ?? 2_000);

/** FUZZ_SEED, to try again what failed; else the same one each time. */
export const seed = Number(process.env.FUZZ_SEED ?? 20_260_101);
