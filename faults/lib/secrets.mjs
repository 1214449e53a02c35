// Looks for secrets in a log: tokens by how they begin, the client's secret by any 20 characters of it.
const SLICE = 20;
/** Every credential of the emulator is a JWT, as Lakebase's are; two parts of one suffice. */
const TOKEN = /eyJ[\w-]{17,}(?:\.[\w-]+)*/g;

/** How many bytes of the log are secret. */
export const secretBytes = (log, secrets) => {
  const isSecret = new Uint8Array(log.length);
  for (const { index, 0: token } of log.matchAll(TOKEN)) isSecret.fill(1, index, index + token.length);
  for (const secret of secrets) {
    for (let start = 0; start + SLICE <= secret.length; start += 1) {
      const slice = secret.slice(start, start + SLICE);
      for (let at = log.indexOf(slice); at >= 0; at = log.indexOf(slice, at + 1)) isSecret.fill(1, at, at + SLICE);
    }
  }
  return isSecret.reduce((total, byte) => total + byte, 0);
};
