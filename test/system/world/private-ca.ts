import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate authority that no system knows. */
export type PrivateCa = {
  /** The file with its certificate, as NODE_EXTRA_CA_CERTS and sslrootcert take it. */
  readonly file: string;
  /** Makes a certificate for host names and addresses, and the key for it. */
  issue(name: string, ...subjects: readonly string[]): CertificateFiles;
};

/** The files of a certificate and its key, and their contents. */
export type CertificateFiles = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
};

/** Makes a certificate authority, with its files in a folder. */
export function makePrivateCa(folder: string): PrivateCa {
  const openssl = (...args: readonly string[]) =>
    void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const newKey = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(...newKey, '-x509', '-days', '2', '-subj', '/CN=Tests', '-keyout', 'ca.key', '-out', 'ca.pem');
  return {
    file: join(folder, 'ca.pem'),
    issue(name, ...subjects) {
      const file = (ending: string) => join(folder, `${name}.${ending}`);
      const kinds = subjects.map((subject) => `${/^[\d.]+$|:/.test(subject) ? 'IP' : 'DNS'}:${subject}`);
      writeFileSync(file('ext'), `subjectAltName=${kinds.join(',')}\n`);
      openssl(...newKey, '-subj', `/CN=${subjects[0]}`, '-keyout', file('key'), '-out', file('csr'));
      const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', file('ext')];
      openssl('x509', '-req', '-in', file('csr'), ...signing, '-out', file('crt'));
      const [certFile, keyFile] = [file('crt'), file('key')];
      return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
    },
  };
}
