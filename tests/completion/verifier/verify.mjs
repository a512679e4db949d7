// Badges as the libraries of the Digital Credentials Consortium judge them, without a network: a JSON list of
// { badge, list, now } on stdin, one { verified, quads, why } each as JSON on stdout. `list` is what is published at the
// address of its status, `now` the instant at which it is checked.
import { readFileSync } from "node:fs";
import { DataIntegrityProof } from "@digitalcredentials/data-integrity";
import { cryptosuite } from "@digitalcredentials/eddsa-rdfc-2022-cryptosuite";
import { securityLoader } from "@digitalcredentials/security-document-loader";
import * as vc from "@digitalcredentials/vc";

// Every context and the method did:key come from the packages; anything else would be an error.
const documentLoader = securityLoader({ fetchRemoteContexts: false }).build();

const statusOf = (list) => async ({ credential }) => {
  const known = list.id === credential.credentialStatus.id && list.issuer === credential.issuer.id;
  return { verified: known && !list.revokedCredentials.some((one) => one.id === credential.id) };
};

async function verify({ badge, list, now }) {
  const { proof, ...credential } = badge;
  const suite = new DataIntegrityProof({ cryptosuite });
  let verified = false;
  let why = "";
  try {
    const found = await vc.verifyCredential({
      credential: badge, suite, documentLoader, checkStatus: statusOf(list), now: new Date(now),
    });
    // What the library says of a date or a status is in its log beside the signature.
    verified = found.verified && (found.log ?? []).every((step) => step.valid !== false);
    why = [found.error, ...(found.error?.errors ?? [])].map((error) => error?.message ?? "").join("; ");
  } catch (error) {
    why = error.message;
  }
  return { verified, why, quads: await cryptosuite.canonize(credential, { documentLoader }) };
}

const given = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(await Promise.all(given.map(verify))));
